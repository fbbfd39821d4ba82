package dev.lockstep.core.evaluation;

/** What is reported beside the loss, under Keras's names. */
public enum Metric {
    /** Share of samples whose predicted class is the true one. */
    ACCURACY,
    /** Mean absolute error over all outputs. */
    MAE
}
