package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.OneOf;
import org.jspecify.annotations.Nullable;

/** A loss: its value for a sample is what Keras computes; the batch's loss is the mean over samples. */
@OneOf({
    MeanSquaredErrorLoss.class,
    CategoricalCrossentropyLoss.class,
    SparseCategoricalCrossentropyLoss.class,
    BinaryCrossentropyLoss.class
})
public interface LossSpec {
    /** How labels are laid out for a network with this loss. */
    LabelKind labelKind();

    /** Why this loss does not fit the last layer, as a sentence with the remedy; null when it fits. */
    @Nullable
    String objection(Activation lastActivation, int outputs);

    /** The loss of one sample, in double precision, for evaluation. Label and output start at the given offsets. */
    double of(float[] labels, int labelOffset, float[] outputs, int outputOffset, int outputCount);

    /** How the labels of a sample are laid out in a batch. */
    enum LabelKind {
        /** One value a sample: the class index. */
        CLASS_INDEX,
        /** As many values as the network has outputs. */
        VECTOR
    }
}
