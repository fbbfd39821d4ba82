@NullMarked
package dev.lockstep.spark.launch;

import org.jspecify.annotations.NullMarked;
