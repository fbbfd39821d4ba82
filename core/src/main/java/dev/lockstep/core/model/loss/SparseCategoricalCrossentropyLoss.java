package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.Named;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(
        value = "sparse_categorical_crossentropy",
        doc = "- ln(output of the true class) for class-index labels and softmax outputs.")
public record SparseCategoricalCrossentropyLoss() implements LossSpec {
    @Override
    public LabelKind labelKind() {
        return LabelKind.CLASS_INDEX;
    }

    @Override
    public @Nullable String objection(Activation lastActivation, int outputs) {
        if (lastActivation != Activation.SOFTMAX) {
            return "sparse_categorical_crossentropy needs a softmax in the last layer, found "
                    + lastActivation.name().toLowerCase(Locale.ROOT);
        }
        return outputs < 2
                ? "sparse_categorical_crossentropy needs at least 2 outputs, found " + outputs
                        + "; for one output use binary_crossentropy"
                : null;
    }

    @Override
    public double of(float[] labels, int labelOffset, float[] outputs, int outputOffset, int outputCount) {
        return -Math.log(Math.max(outputs[outputOffset + (int) labels[labelOffset]], Probabilities.SMALLEST));
    }
}
