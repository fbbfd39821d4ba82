package dev.lockstep.spark.cli;

/**
 * What a ledger proves.
 *
 * @param proven whether every sample was used exactly once an epoch
 * @param text why, or what speaks against it, with line ends
 */
public record LedgerVerdict(boolean proven, String text) {}
