/**
 * Whole trainings in one JVM, over real sockets, in which things go wrong as a schedule says: what {@code scripts/chaos}
 * runs by the hundred.
 */
@NullMarked
package dev.lockstep.cluster.chaos;

import org.jspecify.annotations.NullMarked;
