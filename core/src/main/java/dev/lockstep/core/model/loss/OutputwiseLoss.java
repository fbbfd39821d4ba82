package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import org.jspecify.annotations.Nullable;

/** A loss that is the mean over the outputs of a term of each, and takes whatever the last layer gives. */
interface OutputwiseLoss extends LossSpec {
    /** What one output adds, before the mean. */
    double term(double label, double output);

    @Override
    default LabelKind labelKind() {
        return LabelKind.VECTOR;
    }

    @Override
    default @Nullable String objection(Activation lastActivation, int outputs) {
        return null;
    }

    @Override
    default double of(float[] labels, int labelOffset, float[] outputs, int outputOffset, int outputCount) {
        double sum = 0;
        for (int i = 0; i < outputCount; i++) {
            sum += term(labels[labelOffset + i], outputs[outputOffset + i]);
        }
        return sum / outputCount;
    }
}
