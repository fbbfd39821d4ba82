package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param fromLogits whether the sigmoid is part of the loss
 */
@Named(
        value = BinaryCrossentropyLoss.NAME,
        doc = "Mean over the outputs of - label ln(output) - (1 - label) ln(1 - output), for sigmoid outputs; from"
                + " logits, of max(output, 0) - output label + ln(1 + exp(-abs(output))). Keras 3: BinaryCrossentropy.")
public record BinaryCrossentropyLoss(
        @Setting(
                        value = "Whether the outputs are logits: the last layer is then linear, and the loss takes the"
                                + " sigmoid, in a form that neither overflows nor cuts small probabilities. An output"
                                + " above 0 predicts the class 1; `predict` then writes logits, as Keras does.",
                        byDefault = "false")
                boolean fromLogits)
        implements CrossentropyLoss {
    static final String NAME = "binary_crossentropy";

    /** Of sigmoid outputs. */
    public BinaryCrossentropyLoss() {
        this(false);
    }

    @Override
    public LabelKind labelKind() {
        return LabelKind.VECTOR;
    }

    @Override
    public Activation probabilities() {
        return Activation.SIGMOID;
    }

    @Override
    public OutputKind outputKind(Activation lastActivation) {
        return OutputKind.BINARY_SCORES;
    }

    @Override
    public LabelRule labelRule() {
        return new LabelRule(
                NAME + " needs labels from 0 to 1",
                label -> label >= 0 && label <= 1,
                "write the classes as 0 and 1, or choose another loss");
    }

    @Override
    public double threshold() {
        return fromLogits ? 0 : 0.5;
    }

    @Override
    public @Nullable String objection(Activation lastActivation, int outputs) {
        String found = outputs + " " + lastActivation.name().toLowerCase(Locale.ROOT) + " outputs";
        String objection = activationObjection(lastActivation, NAME, found);
        return objection != null && lastActivation == Activation.SOFTMAX && !fromLogits
                ? objection + "; use sparse_categorical_crossentropy"
                : objection;
    }

    @Override
    public double of(float[] labels, int labelOffset, float[] outputs, int outputOffset, int outputCount) {
        double sum = 0;
        for (int i = 0; i < outputCount; i++) {
            double output = outputs[outputOffset + i];
            double label = labels[labelOffset + i];
            sum += fromLogits
                    ? Logits.softplus(output) - output * label
                    : -label * Math.log(Math.max(output, KerasEpsilon.VALUE))
                            - (1 - label) * Math.log(Math.max(1 - output, KerasEpsilon.VALUE));
        }
        return sum / outputCount;
    }
}
