package dev.lockstep.core.model.loss;

/** What softmax and sigmoid make of logits, without overflow and without the loss of small probabilities. */
final class Logits {
    private Logits() {}

    /** The logarithm of the sum of exp(logit), the largest taken out of the sum. */
    static double logSumExp(float[] logits, int offset, int count) {
        double largest = logits[offset];
        for (int i = 1; i < count; i++) {
            largest = Math.max(largest, logits[offset + i]);
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.exp(logits[offset + i] - largest);
        }
        return largest + Math.log(sum);
    }

    /** ln(1 + exp(logit)). */
    static double softplus(double logit) {
        return Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));
    }

    /** 1 / (1 + exp(-logit)). */
    static double sigmoid(double logit) {
        double small = Math.exp(-Math.abs(logit));
        return (logit >= 0 ? 1 : small) / (1 + small);
    }
}
