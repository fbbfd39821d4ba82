package dev.lockstep.spark.cli;

/**
 * What {@code verify} found.
 *
 * @param text for people, or JSON, with line ends
 * @param sound whether everything is as it was written
 */
public record VerifyAnswer(String text, boolean sound) {}
