package dev.lockstep.core.model.loss;

import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(
        value = "mae",
        doc = "Mean over the outputs of abs(output - label). Its slope where they are equal is 0, as in TensorFlow."
                + " Keras 3: MeanAbsoluteError.")
public record MeanAbsoluteErrorLoss() implements OutputwiseLoss {
    @Override
    public double term(double label, double output) {
        return Math.abs(output - label);
    }
}
