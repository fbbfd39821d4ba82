package dev.lockstep.spark.cli;

/**
 * The command line of {@code ledger}.
 *
 * @param run run directory, a local path or Hadoop URI
 * @param json whether the answer is for programs
 */
public record LedgerRequest(String run, boolean json) {}
