package dev.lockstep.core.evaluation;

import dev.lockstep.core.schema.Meaning;
import java.util.Locale;

/** What is reported beside the loss, under Keras's names. */
public enum Metric {
    /** Share of samples whose predicted class is the true one. */
    @Meaning("Share of samples whose predicted class is the true one.")
    ACCURACY,
    /** Mean absolute error over all outputs. */
    @Meaning("Mean absolute error over all outputs.")
    MAE;

    /** The name in logs and results, as Keras prints it. */
    public String kerasName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
