/** A {@code scripts/lockstep train} as something to measure: started once, paused and resumed, read by its events. */
@NullMarked
package dev.lockstep.bench.run;

import org.jspecify.annotations.NullMarked;
