package dev.lockstep.core.evaluation;

import dev.lockstep.core.schema.Meaning;

/** What is reported beside the loss, under Keras's names. */
public enum Metric {
    /** Share of samples whose predicted class is the true one. */
    @Meaning("Share of samples whose predicted class is the true one.")
    ACCURACY,
    /** Mean absolute error over all outputs. */
    @Meaning("Mean absolute error over all outputs.")
    MAE
}
