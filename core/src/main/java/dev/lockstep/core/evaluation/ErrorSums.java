package dev.lockstep.core.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * For each output the sums of its labels, of their squares and of the squared errors: a part of the totals that ranks
 * add up.
 */
final class ErrorSums {
    /** How many sums an output has. */
    static final int LENGTH = 3;

    private final double[] values;
    private final int offset;
    private final int outputs;

    /** @param values of the totals; this part begins at the offset */
    ErrorSums(double[] values, int offset, int outputs) {
        this.values = values;
        this.offset = offset;
        this.outputs = outputs;
    }

    void add(float[] labels, float[] predictions, int size) {
        for (int i = 0, output = 0; i < size * outputs; i++) {
            double label = labels[i];
            double error = predictions[i] - label;
            int at = offset + output * LENGTH;
            values[at] += label;
            values[at + 1] += label * label;
            values[at + 2] += error * error;
            output = output + 1 == outputs ? 0 : output + 1;
        }
    }

    private double variance(int output, double samples) {
        int at = offset + output * LENGTH;
        double mean = values[at] / samples;
        return Math.max(0, values[at + 1] / samples - mean * mean);
    }

    /** Mean over the outputs of the mean squared error. */
    double meanSquare(double samples) {
        double sum = 0;
        for (int output = 0; output < outputs; output++) {
            sum += values[offset + output * LENGTH + 2];
        }
        return sum / (samples * outputs);
    }

    /** Mean over the outputs of the mean square distance from the mean label. */
    double meanVariance(double samples) {
        double sum = 0;
        for (int output = 0; output < outputs; output++) {
            sum += variance(output, samples);
        }
        return sum / outputs;
    }

    /** Mean over the outputs of the share of the variance that is explained; null where no output has a variance. */
    @Nullable
    Double determination(double samples) {
        double sum = 0;
        int counted = 0;
        for (int output = 0; output < outputs; output++) {
            double variance = variance(output, samples);
            if (variance > 0) {
                sum += 1 - values[offset + output * LENGTH + 2] / samples / variance;
                counted++;
            }
        }
        return counted == 0 ? null : Double.valueOf(sum / counted);
    }
}
