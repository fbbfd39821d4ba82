package dev.lockstep.spark.cli;

/**
 * What the doctor says.
 *
 * @param text for people, or JSON, with line ends
 * @param exitCode of the command
 */
public record DoctorAnswer(String text, int exitCode) {}
