/** The one place that trains with DL4J Spark: the sync mode {@code dl4j_spark}. */
@NullMarked
package dev.lockstep.spark.dl4j;

import org.jspecify.annotations.NullMarked;
