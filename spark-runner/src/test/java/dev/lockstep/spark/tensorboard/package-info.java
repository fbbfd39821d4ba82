/** Tests of what is written for TensorBoard, and a reader of it. */
@NullMarked
package dev.lockstep.spark.tensorboard;

import org.jspecify.annotations.NullMarked;
