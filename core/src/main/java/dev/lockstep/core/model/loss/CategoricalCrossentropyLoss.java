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
        value = CategoricalCrossentropyLoss.NAME,
        doc = "- sum of label ln(output) for one-hot labels and softmax outputs; from logits, sum of label (ln(sum of"
                + " exp(output)) - output). Keras 3: CategoricalCrossentropy.")
public record CategoricalCrossentropyLoss(
        @Setting(value = CategoricalCrossentropyLoss.FROM_LOGITS, byDefault = "false") boolean fromLogits)
        implements CrossentropyLoss {
    static final String NAME = "categorical_crossentropy";
    static final String FROM_LOGITS = "Whether the outputs are logits: the last layer is then linear, and the loss"
            + " takes the softmax, in a form that neither overflows nor cuts small probabilities. The predicted class and the"
            + " accuracy are the same; `predict` then writes logits, as Keras does.";

    /** Of softmax outputs. */
    public CategoricalCrossentropyLoss() {
        this(false);
    }

    @Override
    public LabelKind labelKind() {
        return LabelKind.VECTOR;
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
        return objection == null ? outputsObjection(NAME, outputs) : objection;
    }

    static @Nullable String outputsObjection(String name, int outputs) {
        return outputs < 2
                ? name + " needs at least 2 outputs, found " + outputs + "; for one output use binary_crossentropy"
                : null;
    }

    @Override
    public double of(float[] labels, int labelOffset, float[] outputs, int outputOffset, int outputCount) {
        double logSum = fromLogits ? Logits.logSumExp(outputs, outputOffset, outputCount) : 0;
        double sum = 0;
        for (int i = 0; i < outputCount; i++) {
            double label = labels[labelOffset + i];
            double output = outputs[outputOffset + i];
            if (label != 0) {
                sum += label * (fromLogits ? logSum - output : -Math.log(Math.max(output, KerasEpsilon.VALUE)));
            }
        }
        return sum;
    }
}
