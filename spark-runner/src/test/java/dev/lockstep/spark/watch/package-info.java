@NullMarked
package dev.lockstep.spark.watch;

import org.jspecify.annotations.NullMarked;
