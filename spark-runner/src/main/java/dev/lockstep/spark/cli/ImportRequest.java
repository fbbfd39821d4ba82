package dev.lockstep.spark.cli;

import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code import}.
 *
 * @param model the file, a local path or Hadoop URI
 * @param output directory that the model is written into
 * @param inputShape sizes of one sample separated by commas, or null for what the file tells
 * @param dataJob a job file whose data the model is to be used with, or null
 * @param debug show stack traces
 */
public record ImportRequest(
        String model, String output, @Nullable String inputShape, @Nullable String dataJob, boolean debug) {}
