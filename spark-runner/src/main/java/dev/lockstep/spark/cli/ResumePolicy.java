package dev.lockstep.spark.cli;

/** What {@code train} does with a run directory that has checkpoints. */
public enum ResumePolicy {
    /** Continue from the latest complete checkpoint where there is one, else begin. */
    AUTO,
    /** Begin; a run directory that holds a run already is refused. */
    NEVER,
    /** Continue; a run directory without a complete checkpoint is refused. */
    REQUIRE
}
