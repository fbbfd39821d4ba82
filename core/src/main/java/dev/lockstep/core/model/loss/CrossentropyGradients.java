package dev.lockstep.core.model.loss;

/**
 * Derivatives of the crossentropies with respect to what went into softmax or sigmoid, each in the form of {@link
 * LossGradient.Derivative}. From logits that is the output itself; else the product of the two factors, which would be
 * 0 / 0 where a probability is 0, is taken as a whole.
 */
final class CrossentropyGradients {
    private CrossentropyGradients() {}

    static void binary(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        float scale = 1f / outputCount;
        for (int i = 0; i < outputCount; i++) {
            gradient[offset + i] = scale * (outputs[offset + i] - labels[labelOffset + i]);
        }
    }

    static void binaryOfLogits(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        for (int i = 0; i < outputCount; i++) {
            double difference = Logits.sigmoid(outputs[offset + i]) - labels[labelOffset + i];
            gradient[offset + i] = (float) (difference / outputCount);
        }
    }

    /** d/dz of - sum y ln softmax(z) is softmax(z) sum(y) - y; labels need not add up to 1. */
    static void categorical(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        float total = 0;
        for (int i = 0; i < outputCount; i++) {
            total += labels[labelOffset + i];
        }
        for (int i = 0; i < outputCount; i++) {
            gradient[offset + i] = outputs[offset + i] * total - labels[labelOffset + i];
        }
    }

    static void categoricalOfLogits(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        softmax(outputs, gradient, offset, outputCount);
        categorical(labels, labelOffset, gradient, gradient, offset, outputCount);
    }

    static void sparse(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        System.arraycopy(outputs, offset, gradient, offset, outputCount);
        gradient[offset + (int) labels[labelOffset]] -= 1;
    }

    static void sparseOfLogits(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        softmax(outputs, gradient, offset, outputCount);
        gradient[offset + (int) labels[labelOffset]] -= 1;
    }

    private static void softmax(float[] logits, float[] probabilities, int offset, int count) {
        double logSum = Logits.logSumExp(logits, offset, count);
        for (int i = offset; i < offset + count; i++) {
            probabilities[i] = (float) Math.exp(logits[i] - logSum);
        }
    }
}
