package dev.lockstep.spark.scoring;

/** What becomes of a row of which nothing can be predicted. */
public enum BadRows {
    /** The job fails; the message tells the row and what is wrong with it. */
    FAIL,
    /** Its prediction is null, and a column {@code problem} tells what is wrong with it. */
    NULL
}
