package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a loss is differentiated, whatever computes the network.
 *
 * @param pastActivation whether the derivative is already the one with respect to what went into the last activation,
 *     which for softmax and sigmoid with their crossentropies is exact where the product of the two factors is 0 / 0
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
    private static final Map<Class<? extends LossSpec>, LossGradient> GRADIENTS = Map.of(
            MeanSquaredErrorLoss.class, new LossGradient(false, LossGradient::meanSquaredError),
            BinaryCrossentropyLoss.class, new LossGradient(true, LossGradient::binaryCrossentropy),
            CategoricalCrossentropyLoss.class, new LossGradient(true, LossGradient::categoricalCrossentropy),
            SparseCategoricalCrossentropyLoss.class,
                    new LossGradient(true, LossGradient::sparseCategoricalCrossentropy));

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
        LossGradient gradient = GRADIENTS.get(loss.getClass());
        if (gradient == null) {
            throw new IllegalArgumentException(objection(loss));
        }
        return gradient;
    }

    /**
     * Why an activation is in the way of a loss, as a sentence; null when it is not.
     *
     * @param isLast whether it is that of the last layer, whose derivative some losses do without
     */
    public static @Nullable String objection(LossSpec loss, Activation activation, boolean isLast) {
        LossGradient gradient = GRADIENTS.get(loss.getClass());
        boolean isPassed = isLast && gradient != null && gradient.pastActivation();
        return activation.isDifferentiable() || isPassed
                ? null
                : "the activation " + activation.name().toLowerCase(Locale.ROOT)
                        + " has no gradient, so this loss cannot train a network with it here; use sigmoid or"
                        + " hard_sigmoid";
    }

    private static void meanSquaredError(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        float scale = 2f / outputCount;
        for (int i = 0; i < outputCount; i++) {
            gradient[offset + i] = scale * (outputs[offset + i] - labels[labelOffset + i]);
        }
    }

    private static void binaryCrossentropy(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        float scale = 1f / outputCount;
        for (int i = 0; i < outputCount; i++) {
            gradient[offset + i] = scale * (outputs[offset + i] - labels[labelOffset + i]);
        }
    }

    /** d/dz of - sum y ln softmax(z) is softmax(z) sum(y) - y; labels need not add up to 1. */
    private static void categoricalCrossentropy(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        float total = 0;
        for (int i = 0; i < outputCount; i++) {
            total += labels[labelOffset + i];
        }
        for (int i = 0; i < outputCount; i++) {
            gradient[offset + i] = outputs[offset + i] * total - labels[labelOffset + i];
        }
    }

    private static void sparseCategoricalCrossentropy(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        System.arraycopy(outputs, offset, gradient, offset, outputCount);
        gradient[offset + (int) labels[labelOffset]] -= 1;
    }
}
