@NullMarked
package dev.lockstep.spark.cli;

import org.jspecify.annotations.NullMarked;
