/**
 * {@code lockstep submit}: starting a training by spark-submit in either deploy mode and learning how it ended, and what
 * a driver does that may run in a container of a cluster.
 */
@NullMarked
package dev.lockstep.spark.submit;

import org.jspecify.annotations.NullMarked;
