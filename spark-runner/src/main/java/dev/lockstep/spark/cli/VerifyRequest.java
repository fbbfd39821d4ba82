package dev.lockstep.spark.cli;

/**
 * The command line of {@code verify}.
 *
 * @param target run directory, checkpoint directory, checkpoint or model, a local path or Hadoop URI
 * @param json answer as JSON
 */
public record VerifyRequest(String target, boolean json) {}
