package dev.lockstep.core.model;

import java.util.List;

/**
 * The L2 penalties of a network, lambda * sum of squares over each block that has a lambda, as Keras defines them. They
 * belong to the loss of the global batch, not to a sample, so they are added once, after the merge.
 */
public final class Penalty {
    private final List<ParameterBlock> blocks;

    private Penalty(List<ParameterBlock> blocks) {
        this.blocks = blocks;
    }

    /** The penalties of a network. */
    public static Penalty of(NetworkPlan plan) {
        return new Penalty(
                plan.blocks().stream().filter(block -> block.spec().l2() > 0).toList());
    }

    /** Whether the network has none. */
    public boolean isEmpty() {
        return blocks.isEmpty();
    }

    /**
     * Adds 2 lambda w to the mean gradient.
     *
     * @param meanGradient of the loss over the global batch, in the layout of the parameters
     * @return lambda * sum of w^2 over all blocks, to be added to the mean loss; the same bits for the same parameters
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
                double lambda = block.spec().l2();
                addGradient(meanGradient, parameters, from, to, (float) (2 * lambda));
                total += lambda * sumOfSquares(parameters, from, to);
            }
        }
        return total;
    }

    /** The penalty alone. */
    public double value(float[] parameters) {
        double total = 0;
        for (ParameterBlock block : blocks) {
            total += block.spec().l2() * sumOfSquares(parameters, block.offset(), block.end());
        }
        return total;
    }

    private static void addGradient(float[] gradient, float[] parameters, int from, int to, float factor) {
        for (int i = from; i < to; i++) {
            gradient[i] += factor * parameters[i];
        }
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
