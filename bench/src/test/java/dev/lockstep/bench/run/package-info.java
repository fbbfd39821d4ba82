@NullMarked
package dev.lockstep.bench.run;

import org.jspecify.annotations.NullMarked;
