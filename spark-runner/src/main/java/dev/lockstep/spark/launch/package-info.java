/** What Spark needs to start executors from the jars of the running JVM. */
@NullMarked
package dev.lockstep.spark.launch;

import org.jspecify.annotations.NullMarked;
