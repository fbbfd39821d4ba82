package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.Named;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(value = "categorical_crossentropy", doc = "- sum of label ln(output) for one-hot labels and softmax outputs.")
public record CategoricalCrossentropyLoss() implements LossSpec {
    @Override
    public LabelKind labelKind() {
        return LabelKind.VECTOR;
    }

    @Override
    public @Nullable String objection(Activation lastActivation, int outputs) {
        if (lastActivation != Activation.SOFTMAX) {
            return "categorical_crossentropy needs a softmax in the last layer, found "
                    + lastActivation.name().toLowerCase(Locale.ROOT);
        }
        return outputs < 2
                ? "categorical_crossentropy needs at least 2 outputs, found " + outputs
                        + "; for one output use binary_crossentropy"
                : null;
    }

    @Override
    public double of(float[] labels, int labelOffset, float[] outputs, int outputOffset, int outputCount) {
        double sum = 0;
        for (int i = 0; i < outputCount; i++) {
            if (labels[labelOffset + i] != 0) {
                sum -= labels[labelOffset + i] * Math.log(Math.max(outputs[outputOffset + i], Probabilities.SMALLEST));
            }
        }
        return sum;
    }
}
