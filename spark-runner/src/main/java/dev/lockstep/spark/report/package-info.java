/**
 * Pages about runs: one self-contained HTML file without scripts and without anything that is fetched. Everything comes
 * from what a run directory holds, so that a page can be made again from there. Nothing here knows of Spark or Hadoop.
 */
@NullMarked
package dev.lockstep.spark.report;

import org.jspecify.annotations.NullMarked;
