package dev.lockstep.core.model.loss;

import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(
        value = "mape",
        doc = "100 times the mean over the outputs of abs(output - label) / max(abs(label), 1e-7): for labels that are"
                + " not 0. Its slope where output and label are equal is 0, as in TensorFlow. Keras 3:"
                + " MeanAbsolutePercentageError.")
public record MeanAbsolutePercentageErrorLoss() implements OutputwiseLoss {
    /** What an error is divided by. */
    static double magnitude(double label) {
        return Math.max(Math.abs(label), KerasEpsilon.VALUE);
    }

    @Override
    public double term(double label, double output) {
        return 100 * Math.abs(output - label) / magnitude(label);
    }

    @Override
    public LabelRule labelRule() {
        return new LabelRule(
                "mape needs labels other than 0, which nothing is a share of",
                label -> label != 0,
                "choose mae or msle");
    }
}
