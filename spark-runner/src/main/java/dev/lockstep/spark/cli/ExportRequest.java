package dev.lockstep.spark.cli;

/**
 * The command line of {@code export}.
 *
 * @param model run directory or model directory, a local path or Hadoop URI
 * @param output the file to write
 * @param debug show stack traces
 */
public record ExportRequest(String model, String output, boolean debug) {}
