@NullMarked
package dev.lockstep.spark.pipeline;

import org.jspecify.annotations.NullMarked;
