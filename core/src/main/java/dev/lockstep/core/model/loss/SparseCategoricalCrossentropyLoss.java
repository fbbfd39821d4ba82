package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param fromLogits whether the softmax is part of the loss
 */
@Named(
        value = SparseCategoricalCrossentropyLoss.NAME,
        doc = "- ln(output of the true class) for class-index labels and softmax outputs; from logits, ln(sum of"
                + " exp(output)) - output of the true class. Keras 3: SparseCategoricalCrossentropy.")
public record SparseCategoricalCrossentropyLoss(
        @Setting(value = CategoricalCrossentropyLoss.FROM_LOGITS, byDefault = "false") boolean fromLogits)
        implements CrossentropyLoss {
    static final String NAME = "sparse_categorical_crossentropy";

    /** Of softmax outputs. */
    public SparseCategoricalCrossentropyLoss() {
        this(false);
    }

    @Override
    public LabelKind labelKind() {
        return LabelKind.CLASS_INDEX;
    }

    @Override
    public Activation probabilities() {
        return Activation.SOFTMAX;
    }

    @Override
    public OutputKind outputKind(Activation lastActivation) {
        return OutputKind.CLASS_SCORES;
    }

    @Override
    public @Nullable String objection(Activation lastActivation, int outputs) {
        String objection =
                activationObjection(lastActivation, NAME, lastActivation.name().toLowerCase(Locale.ROOT));
        return objection == null ? CategoricalCrossentropyLoss.outputsObjection(NAME, outputs) : objection;
    }

    @Override
    public double of(float[] labels, int labelOffset, float[] outputs, int outputOffset, int outputCount) {
        double output = outputs[outputOffset + (int) labels[labelOffset]];
        return fromLogits
                ? Logits.logSumExp(outputs, outputOffset, outputCount) - output
                : -Math.log(Math.max(output, KerasEpsilon.VALUE));
    }
}
