/** The command line: options in, requests and an exit code out. No training here, and no Spark. */
@NullMarked
package dev.lockstep.spark.cli;

import org.jspecify.annotations.NullMarked;
