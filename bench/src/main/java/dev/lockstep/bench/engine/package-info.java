/** Lockstep itself as a contender. */
@NullMarked
package dev.lockstep.bench.engine;

import org.jspecify.annotations.NullMarked;
