@NullMarked
package dev.lockstep.spark.data;

import org.jspecify.annotations.NullMarked;
