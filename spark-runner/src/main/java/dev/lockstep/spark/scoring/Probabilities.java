package dev.lockstep.spark.scoring;

/** How the probabilities of the classes are written. */
public enum Probabilities {
    /** One column that holds an array. */
    ARRAY,
    /** A column for each class. */
    COLUMNS,
    /** Not at all. */
    NONE
}
