@NullMarked
package dev.lockstep.spark.ml;

import org.jspecify.annotations.NullMarked;
