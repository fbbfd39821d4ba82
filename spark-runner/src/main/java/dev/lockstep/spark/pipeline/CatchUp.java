package dev.lockstep.spark.pipeline;

import dev.lockstep.core.schema.Meaning;

/** What becomes of days that were missed. */
public enum CatchUp {
    /** All of them are worked on. */
    @Meaning("every missed day, the oldest first, then the newest")
    ALL,
    /** One of them is. */
    @Meaning("of the missed days the last one alone, then the newest")
    LATEST,
    /** None is. */
    @Meaning("the newest day alone; missed ones are left out")
    NONE
}
