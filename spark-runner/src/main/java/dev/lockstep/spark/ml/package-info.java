/**
 * Neural networks as Spark ML knows its other learners: estimators and transformers for pipelines, on the engine of the
 * command line. docs/spark-ml.md.
 */
@NullMarked
package dev.lockstep.spark.ml;

import org.jspecify.annotations.NullMarked;
