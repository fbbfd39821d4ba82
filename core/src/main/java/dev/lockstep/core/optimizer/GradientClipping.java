package dev.lockstep.core.optimizer;

/**
 * Keeps the mean gradient, penalties included, within a limit before the optimizer gets it.
 *
 * @param norm the most that the Euclidean norm over all trained parameters may be; infinite for any
 * @param value the most that each element may be away from 0; infinite for any
 */
public record GradientClipping(double norm, double value) {
    /** No limit. */
    public static final GradientClipping NONE =
            new GradientClipping(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** Whether the whole gradient has to be known before any of it can be used. */
    public boolean limitsNorm() {
        return norm < Double.POSITIVE_INFINITY;
    }

    /**
     * What every element of a gradient is multiplied with: 1 for one within the limit.
     *
     * @param found the gradient's norm; one that is no number is let through, for the guard against it to find
     */
    public double factor(double found) {
        return found > norm ? norm / found : 1;
    }

    /** Limits each element of a part of the gradient. */
    public void limitValues(float[] gradient, int from, int to) {
        if (value == Double.POSITIVE_INFINITY) {
            return;
        }
        float most = (float) value;
        for (int i = from; i < to; i++) {
            gradient[i] = Math.max(-most, Math.min(most, gradient[i]));
        }
    }
}
