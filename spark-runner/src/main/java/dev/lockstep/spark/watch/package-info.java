/** How a run is watched while it lasts: in Spark's metrics, on Spark's pages, in the driver's log. */
@NullMarked
package dev.lockstep.spark.watch;

import org.jspecify.annotations.NullMarked;
