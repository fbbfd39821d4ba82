/**
 * A training that is repeated every day: wait for the day's data, train, evaluate, let a gate decide, publish. {@link
 * dev.lockstep.spark.pipeline.PipelineSpec} is the file, {@link dev.lockstep.spark.pipeline.DayRun} the way of one day;
 * Spark is behind {@link dev.lockstep.spark.pipeline.PipelineEngine}.
 */
@NullMarked
package dev.lockstep.spark.pipeline;

import org.jspecify.annotations.NullMarked;
