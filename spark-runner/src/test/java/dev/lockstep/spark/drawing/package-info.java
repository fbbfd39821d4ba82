/** Tests of the pictures that Lockstep draws. */
@NullMarked
package dev.lockstep.spark.drawing;

import org.jspecify.annotations.NullMarked;
