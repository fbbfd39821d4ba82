package dev.lockstep.spark.cli;

/**
 * The command line of {@code inspect}.
 *
 * @param target run directory, checkpoint or model, a local path or Hadoop URI
 * @param debug show stack traces
 */
public record InspectRequest(String target, boolean debug) {}
