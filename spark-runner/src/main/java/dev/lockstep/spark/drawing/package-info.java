/** Pictures that Lockstep draws itself, as files, for examples of image folders. */
@NullMarked
package dev.lockstep.spark.drawing;

import org.jspecify.annotations.NullMarked;
