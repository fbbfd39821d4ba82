package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.OneOf;
import org.jspecify.annotations.Nullable;

/** A loss: its value for a sample is what Keras computes; the batch's loss is the mean over samples. */
@OneOf({
    MeanSquaredErrorLoss.class,
    MeanAbsoluteErrorLoss.class,
    MeanAbsolutePercentageErrorLoss.class,
    MeanSquaredLogarithmicErrorLoss.class,
    HuberLoss.class,
    HingeLoss.class,
    CategoricalCrossentropyLoss.class,
    SparseCategoricalCrossentropyLoss.class,
    BinaryCrossentropyLoss.class,
    PerceptronLoss.class
})
public interface LossSpec {
    /** How labels are laid out for a network with this loss. */
    LabelKind labelKind();

    /** Why this loss does not fit the last layer, as a sentence with the remedy; null when it fits. */
    @Nullable
    String objection(Activation lastActivation, int outputs);

    /** The loss of one sample, in double precision, for evaluation. Label and output start at the given offsets. */
    double of(float[] labels, int labelOffset, float[] outputs, int outputOffset, int outputCount);

    /** What the outputs of a network with this loss say: where they are probabilities, that they tell classes apart. */
    default OutputKind outputKind(Activation lastActivation) {
        return switch (lastActivation) {
            case SOFTMAX -> OutputKind.CLASS_SCORES;
            case SIGMOID -> OutputKind.BINARY_SCORES;
            default -> OutputKind.QUANTITIES;
        };
    }

    /** What an output is above when it says class 1; for {@link OutputKind#BINARY_SCORES} alone. */
    default double threshold() {
        return 0.5;
    }

    /** Which labels this loss takes, beyond what {@link #labelKind} says; null for all. */
    default @Nullable LabelRule labelRule() {
        return null;
    }

    /** How the labels of a sample are laid out in a batch. */
    enum LabelKind {
        /** One value a sample: the class index. */
        CLASS_INDEX,
        /** As many values as the network has outputs. */
        VECTOR
    }

    /** What outputs say. */
    enum OutputKind {
        /** Values that are to come close to the labels: regression. */
        QUANTITIES,
        /** How much speaks for each class; the largest is the prediction. */
        CLASS_SCORES,
        /** How much speaks for class 1 against class 0, each output by itself. */
        BINARY_SCORES
    }
}
