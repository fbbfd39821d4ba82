package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.Named;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(
        value = "binary_crossentropy",
        doc = "Mean over the outputs of - label ln(output) - (1 - label) ln(1 - output), for sigmoid outputs.")
public record BinaryCrossentropyLoss() implements LossSpec {
    @Override
    public LabelKind labelKind() {
        return LabelKind.VECTOR;
    }

    @Override
    public @Nullable String objection(Activation lastActivation, int outputs) {
        if (lastActivation == Activation.SIGMOID) {
            return null;
        }
        String found = lastActivation.name().toLowerCase(Locale.ROOT);
        return "binary_crossentropy needs a sigmoid in the last layer, found " + outputs + " " + found + " outputs"
                + (lastActivation == Activation.SOFTMAX ? "; use sparse_categorical_crossentropy" : "");
    }

    @Override
    public double of(float[] labels, int labelOffset, float[] outputs, int outputOffset, int outputCount) {
        double sum = 0;
        for (int i = 0; i < outputCount; i++) {
            double output = outputs[outputOffset + i];
            double label = labels[labelOffset + i];
            sum -= label * Math.log(Math.max(output, Probabilities.SMALLEST))
                    + (1 - label) * Math.log(Math.max(1 - output, Probabilities.SMALLEST));
        }
        return sum / outputCount;
    }
}
