package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.Named;

/**
 * See {@link Named}.
 *
 * <p>Keras takes labels as 0 and 1 where a whole batch holds nothing else. Taking each 0 by itself as -1 is the same
 * for every set of labels that means two classes, and does not depend on how a batch is cut.
 */
@Named(
        value = "hinge",
        doc = "Mean over the outputs of max(1 - label * output, 0) for labels -1 and 1; a label of 0 counts as -1, so 0"
                + " and 1 may be used as well. An output above 0 predicts the class 1. Its slope where label * output"
                + " is 1 is -label, as in TensorFlow. Keras 3: Hinge.")
public record HingeLoss() implements OutputwiseLoss {
    /** -1 or 1. */
    static double sign(double label) {
        return label == 0 ? -1 : label;
    }

    @Override
    public double term(double label, double output) {
        return Math.max(1 - sign(label) * output, 0);
    }

    @Override
    public OutputKind outputKind(Activation lastActivation) {
        return lastActivation == Activation.SOFTMAX ? OutputKind.CLASS_SCORES : OutputKind.BINARY_SCORES;
    }

    @Override
    public double threshold() {
        return 0;
    }
}
