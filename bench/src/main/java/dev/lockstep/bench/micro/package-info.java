/** Micro-benchmarks of the parts of a step; {@code scripts/bench --micro} runs them all. */
@NullMarked
package dev.lockstep.bench.micro;

import org.jspecify.annotations.NullMarked;
