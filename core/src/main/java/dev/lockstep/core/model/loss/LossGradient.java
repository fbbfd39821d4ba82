package dev.lockstep.core.model.loss;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.Activation;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a loss is differentiated, whatever computes the network.
 *
 * @param pastActivation whether the derivative is already the one with respect to what went into the last activation,
 *     which for softmax and sigmoid with their crossentropies is exact where the product of the two factors is 0 / 0,
 *     and for a step is the perceptron's rule, where there is no derivative at all
 * @param derivative its formula
 */
public record LossGradient(boolean pastActivation, Derivative derivative) {
    /** The gradient of one sample's loss. */
    @FunctionalInterface
    public interface Derivative {
        /**
         * Writes {@code outputCount} values of the gradient.
         *
         * @param labelOffset where the sample's label begins
         * @param offset where the sample's outputs, and its gradient, begin
         */
        void write(float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount);
    }

    /** A new loss is one entry here. */
    private static final Map<Class<? extends LossSpec>, Function<LossSpec, LossGradient>> GRADIENTS = Map.ofEntries(
            entry(MeanSquaredErrorLoss.class, loss -> new LossGradient(false, LossGradient::meanSquaredError)),
            entry(MeanAbsoluteErrorLoss.class, loss -> ofSlope(OutputSlopes::absolute)),
            entry(MeanAbsolutePercentageErrorLoss.class, loss -> ofSlope(OutputSlopes::absolutePercentage)),
            entry(MeanSquaredLogarithmicErrorLoss.class, loss -> ofSlope(OutputSlopes::squaredLogarithmic)),
            entry(HuberLoss.class, loss -> ofSlope((label, output) -> OutputSlopes.huber(loss.delta(), label, output))),
            entry(HingeLoss.class, loss -> ofSlope(OutputSlopes::hinge)),
            entry(PerceptronLoss.class, loss -> new LossGradient(true, LossGradient::perceptron)),
            entry(
                    BinaryCrossentropyLoss.class,
                    loss -> crossentropy(loss, CrossentropyGradients::binary, CrossentropyGradients::binaryOfLogits)),
            entry(
                    CategoricalCrossentropyLoss.class,
                    loss -> crossentropy(
                            loss, CrossentropyGradients::categorical, CrossentropyGradients::categoricalOfLogits)),
            entry(
                    SparseCategoricalCrossentropyLoss.class,
                    loss -> crossentropy(loss, CrossentropyGradients::sparse, CrossentropyGradients::sparseOfLogits)));

    private static <L extends LossSpec> Map.Entry<Class<? extends LossSpec>, Function<LossSpec, LossGradient>> entry(
            Class<L> type, Function<L, LossGradient> gradient) {
        return Map.entry(type, loss -> gradient.apply(type.cast(loss)));
    }

    /** Of the mean over the outputs of a term, by the term's derivative at (label, output). */
    private static LossGradient ofSlope(DoubleBinaryOperator slope) {
        return new LossGradient(false, (labels, labelOffset, outputs, gradient, offset, outputCount) -> {
            for (int i = 0; i < outputCount; i++) {
                double ofTerm = slope.applyAsDouble(labels[labelOffset + i], outputs[offset + i]);
                gradient[offset + i] = (float) (ofTerm / outputCount);
            }
        });
    }

    /** Of logits, the last activation is linear: there is nothing to be past. */
    private static LossGradient crossentropy(CrossentropyLoss loss, Derivative ofProbabilities, Derivative ofLogits) {
        return loss.fromLogits() ? new LossGradient(false, ofLogits) : new LossGradient(true, ofProbabilities);
    }

    /** Why a loss cannot be trained, as a sentence; null when it can. */
    public static @Nullable String objection(LossSpec loss) {
        return GRADIENTS.containsKey(loss.getClass())
                ? null
                : "the loss " + loss.getClass().getSimpleName() + " has no gradient";
    }

    /**
     * The gradient of a loss.
     *
     * @throws IllegalArgumentException for a loss with an {@link #objection}
     */
    public static LossGradient of(LossSpec loss) {
        Function<LossSpec, LossGradient> gradient = GRADIENTS.get(loss.getClass());
        if (gradient == null) {
            throw new IllegalArgumentException(objection(loss));
        }
        return gradient.apply(loss);
    }

    /**
     * The losses of a batch and their gradient, those of each sample times its weight.
     *
     * @param loss that this is the gradient of
     * @param outputs [size, outputCount], row by row
     * @param gradient written likewise
     * @return the sum of the losses
     */
    public double differentiate(LossSpec loss, MiniBatch batch, float[] outputs, float[] gradient, int outputCount) {
        double sum = 0;
        for (int row = 0; row < batch.size(); row++) {
            int labelOffset = row * batch.labelWidth();
            int offset = row * outputCount;
            float weight = batch.weight(row);
            sum += weight * loss.of(batch.labels(), labelOffset, outputs, offset, outputCount);
            derivative.write(batch.labels(), labelOffset, outputs, gradient, offset, outputCount);
            if (weight != 1) {
                for (int i = offset; i < offset + outputCount; i++) {
                    gradient[i] *= weight;
                }
            }
        }
        return sum;
    }

    /**
     * Why an activation is in the way of a loss, as a sentence; null when it is not.
     *
     * @param isLast whether it is that of the last layer, whose derivative some losses do without
     */
    public static @Nullable String objection(LossSpec loss, Activation activation, boolean isLast) {
        boolean isPassed = isLast && GRADIENTS.containsKey(loss.getClass()) && of(loss).pastActivation();
        return activation.isDifferentiable() || isPassed
                ? null
                : "the activation " + activation.name().toLowerCase(Locale.ROOT)
                        + " has no gradient, so this loss cannot train a network with it here; use sigmoid or"
                        + " hard_sigmoid"
                        + (isLast ? ", or the loss perceptron" : "");
    }

    private static void meanSquaredError(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        float scale = 2f / outputCount;
        for (int i = 0; i < outputCount; i++) {
            gradient[offset + i] = scale * (outputs[offset + i] - labels[labelOffset + i]);
        }
    }

    private static void perceptron(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        for (int i = 0; i < outputCount; i++) {
            gradient[offset + i] = outputs[offset + i] - labels[labelOffset + i];
        }
    }
}
