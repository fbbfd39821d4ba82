package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.Named;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(value = "mse", doc = "Mean over the outputs of (output - label)^2.")
public record MeanSquaredErrorLoss() implements LossSpec {
    @Override
    public LabelKind labelKind() {
        return LabelKind.VECTOR;
    }

    @Override
    public @Nullable String objection(Activation lastActivation, int outputs) {
        return null;
    }

    @Override
    public double of(float[] labels, int labelOffset, float[] outputs, int outputOffset, int outputCount) {
        double sum = 0;
        for (int i = 0; i < outputCount; i++) {
            double difference = (double) outputs[outputOffset + i] - labels[labelOffset + i];
            sum += difference * difference;
        }
        return sum / outputCount;
    }
}
