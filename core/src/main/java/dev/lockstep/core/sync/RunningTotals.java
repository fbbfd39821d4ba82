package dev.lockstep.core.sync;

import java.util.Arrays;

/**
 * The sums behind the figures of an epoch so far, the same on every rank: samples, loss (penalties included, as Keras
 * prints it), correct predictions, absolute error.
 */
public final class RunningTotals {
    /** How many numbers there are. */
    public static final int LENGTH = 4;

    private final double[] values = new double[LENGTH];

    /** Adds the sums of one step. */
    public void add(double samples, double lossSum, double correct, double absoluteErrorSum) {
        values[0] += samples;
        values[1] += lossSum;
        values[2] += correct;
        values[3] += absoluteErrorSum;
    }

    /** Starts again from 0. */
    public void clear() {
        Arrays.fill(values, 0);
    }

    /** Writes the sums into an array. */
    public void writeTo(double[] target, int offset) {
        System.arraycopy(values, 0, target, offset, LENGTH);
    }

    /** Takes the sums from an array. */
    public void readFrom(double[] source, int offset) {
        System.arraycopy(source, offset, values, 0, LENGTH);
    }

    /** Samples so far. */
    public double samples() {
        return values[0];
    }

    /** Sum over samples of the loss, penalties included. */
    public double lossSum() {
        return values[1];
    }

    /** Correct predictions. */
    public double correct() {
        return values[2];
    }

    /** Sum over samples of the mean absolute error. */
    public double absoluteErrorSum() {
        return values[3];
    }
}
