package dev.lockstep.core.model;

import dev.lockstep.core.model.ParameterSpec.Role;
import java.util.List;

/**
 * The penalties of a network, l1 * sum of magnitudes + l2 * sum of squares over each block that has them, as Keras
 * defines them. They belong to the loss of the global batch, not to a sample, so they are added once, after the merge. As in
 * Keras, those of frozen layers do not count.
 */
public final class Penalty {
    private final List<ParameterBlock> blocks;

    private Penalty(List<ParameterBlock> blocks) {
        this.blocks = blocks;
    }

    /** The penalties of a network. */
    public static Penalty of(NetworkPlan plan) {
        return new Penalty(plan.blocks().stream()
                .filter(block ->
                        !block.spec().penalty().isNone() && block.spec().role() == Role.TRAINABLE)
                .toList());
    }

    /** Whether the network has none. */
    public boolean isEmpty() {
        return blocks.isEmpty();
    }

    /**
     * Adds l1 sign(w) + 2 l2 w to the mean gradient.
     *
     * @param meanGradient of the loss over the global batch, in the layout of the parameters
     * @return l1 * sum of |w| + l2 * sum of w^2 over all blocks, to be added to the mean loss; the same bits for the same parameters
     */
    public double addTo(float[] meanGradient, float[] parameters) {
        return addTo(meanGradient, parameters, 0, parameters.length);
    }

    /**
     * The same to a part of the vector, for what lies there.
     *
     * @param start the part's first value
     * @param end behind its last one
     */
    public double addTo(float[] meanGradient, float[] parameters, int start, int end) {
        double total = 0;
        for (ParameterBlock block : blocks) {
            int from = Math.max(start, block.offset());
            int to = Math.min(end, block.end());
            if (from < to) {
                total += addTo(meanGradient, parameters, from, to, block.spec().penalty());
            }
        }
        return total;
    }

    private static double addTo(float[] gradient, float[] parameters, int from, int to, RegularizerSpec penalty) {
        double total = 0;
        if (penalty.l2() > 0) {
            addGradient(gradient, parameters, from, to, (float) (2 * penalty.l2()));
            total += penalty.l2() * sumOfSquares(parameters, from, to);
        }
        if (penalty.l1() > 0) {
            addSigns(gradient, parameters, from, to, (float) penalty.l1());
            total += penalty.l1() * sumOfMagnitudes(parameters, from, to);
        }
        return total;
    }

    /** The penalty alone. */
    public double value(float[] parameters) {
        double total = 0;
        for (ParameterBlock block : blocks) {
            RegularizerSpec penalty = block.spec().penalty();
            total += penalty.l2() * sumOfSquares(parameters, block.offset(), block.end())
                    + penalty.l1() * sumOfMagnitudes(parameters, block.offset(), block.end());
        }
        return total;
    }

    private static void addGradient(float[] gradient, float[] parameters, int from, int to, float factor) {
        for (int i = from; i < to; i++) {
            gradient[i] += factor * parameters[i];
        }
    }

    /** Where a weight is 0 the penalty has no slope; as in Keras it is left alone there. */
    private static void addSigns(float[] gradient, float[] parameters, int from, int to, float factor) {
        for (int i = from; i < to; i++) {
            gradient[i] += factor * Math.signum(parameters[i]);
        }
    }

    /** In four running sums, as below. */
    private static double sumOfMagnitudes(float[] values, int from, int to) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = from;
        for (; i + 3 < to; i += 4) {
            first += Math.abs(values[i]);
            second += Math.abs(values[i + 1]);
            third += Math.abs(values[i + 2]);
            fourth += Math.abs(values[i + 3]);
        }
        for (; i < to; i++) {
            first += Math.abs(values[i]);
        }
        return (first + second) + (third + fourth);
    }

    /** Four running sums, because one would wait for every addition before it; always the same order. */
    public static double sumOfSquares(float[] values, int from, int to) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = from;
        for (; i + 3 < to; i += 4) {
            first += (double) values[i] * values[i];
            second += (double) values[i + 1] * values[i + 1];
            third += (double) values[i + 2] * values[i + 2];
            fourth += (double) values[i + 3] * values[i + 3];
        }
        for (; i < to; i++) {
            first += (double) values[i] * values[i];
        }
        return (first + second) + (third + fourth);
    }
}
