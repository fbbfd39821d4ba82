package dev.lockstep.core.model.loss;

import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(value = "mse", doc = "Mean over the outputs of (output - label)^2. Keras 3: MeanSquaredError.")
public record MeanSquaredErrorLoss() implements OutputwiseLoss {
    @Override
    public double term(double label, double output) {
        double difference = output - label;
        return difference * difference;
    }
}
