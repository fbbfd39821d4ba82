/** {@code scripts/chaos}: trainings in which things go wrong on purpose, in one JVM or on a cluster. */
@NullMarked
package dev.lockstep.spark.chaos;

import org.jspecify.annotations.NullMarked;
