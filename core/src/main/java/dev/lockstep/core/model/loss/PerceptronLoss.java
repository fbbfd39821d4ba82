package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.Named;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * <p>F. Rosenblatt, "The perceptron: a probabilistic model for information storage and organization in the brain",
 * Psychological Review 65 (1958), 386-408. A step has no gradient, and the rule takes none: the error itself stands for
 * the derivative with respect to the unit's sum. Each unit is a perceptron of its own, so unlike in the other losses
 * nothing is divided by their number. Layers before the last, which Rosenblatt's perceptron does not train, get the
 * error passed on as from any other last layer.
 */
@Named(
        value = "perceptron",
        doc = "Rosenblatt's rule (1958) for a last layer with activation: step and labels 0 and 1: with the optimizer"
                + " sgd, w = w + learning_rate * (label - output) * x, the mean over the batch; batch_size: 1 is the"
                + " rule as published. What is reported as loss is abs(label - output), the mean over the outputs: the"
                + " share of wrong ones. It comes to rest only where a straight line separates the classes.")
public record PerceptronLoss() implements OutputwiseLoss {
    @Override
    public double term(double label, double output) {
        return Math.abs(label - output);
    }

    @Override
    public @Nullable String objection(Activation lastActivation, int outputs) {
        return lastActivation == Activation.STEP
                ? null
                : "perceptron needs a step in the last layer, found "
                        + lastActivation.name().toLowerCase(Locale.ROOT)
                        + "; set activation: step there, or choose another loss";
    }

    @Override
    public LabelRule labelRule() {
        return new LabelRule(
                "perceptron needs labels 0 and 1", label -> label == 0 || label == 1, "write the classes as 0 and 1");
    }

    @Override
    public OutputKind outputKind(Activation lastActivation) {
        return OutputKind.BINARY_SCORES;
    }
}
