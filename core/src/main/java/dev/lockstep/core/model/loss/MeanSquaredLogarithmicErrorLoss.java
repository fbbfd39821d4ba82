package dev.lockstep.core.model.loss;

import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(
        value = "msle",
        doc = "Mean over the outputs of (ln(1 + max(output, 1e-7)) - ln(1 + max(label, 1e-7)))^2: for labels that are"
                + " not negative. An output below 1e-7 has the slope 0, as in TensorFlow, so let the last layer give"
                + " positive values (softplus). Keras 3: MeanSquaredLogarithmicError.")
public record MeanSquaredLogarithmicErrorLoss() implements OutputwiseLoss {
    /** The logarithm of the output less that of the label. */
    static double difference(double label, double output) {
        return Math.log1p(Math.max(output, KerasEpsilon.VALUE)) - Math.log1p(Math.max(label, KerasEpsilon.VALUE));
    }

    @Override
    public double term(double label, double output) {
        double difference = difference(label, output);
        return difference * difference;
    }

    @Override
    public LabelRule labelRule() {
        return new LabelRule(
                "msle needs labels not below 0, for their logarithm", label -> label >= 0, "choose mse or mae");
    }
}
