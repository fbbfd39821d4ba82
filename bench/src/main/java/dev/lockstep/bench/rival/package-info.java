/** The rival DL4J, as its users call it. */
@NullMarked
package dev.lockstep.bench.rival;

import org.jspecify.annotations.NullMarked;
