@NullMarked
package dev.lockstep.spark.scoring;

import org.jspecify.annotations.NullMarked;
