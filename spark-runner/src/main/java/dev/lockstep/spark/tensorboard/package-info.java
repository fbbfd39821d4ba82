/** What a run tells, as event files of TensorBoard. */
@NullMarked
package dev.lockstep.spark.tensorboard;

import org.jspecify.annotations.NullMarked;
