package dev.lockstep.cuda;

import dev.lockstep.core.model.Activation;

/** The formulas of the activations, row by row. */
final class HostActivations {
    private static final double SELU_ALPHA = 1.6732632;
    private static final double SELU_SCALE = 1.050701;

    private HostActivations() {}

    static float[] activate(Activation activation, float[] before, int columns) {
        float[] after = new float[before.length];
        if (activation == Activation.SOFTMAX) {
            softmax(before, after, columns);
            return after;
        }
        for (int i = 0; i < before.length; i++) {
            double x = before[i];
            after[i] = (float)
                    switch (activation) {
                        case RELU -> Math.max(0, x);
                        case SIGMOID -> sigmoid(x);
                        case TANH -> Math.tanh(x);
                        case ELU -> x >= 0 ? x : Math.expm1(x);
                        case SELU -> SELU_SCALE * (x >= 0 ? x : SELU_ALPHA * Math.expm1(x));
                        case SWISH -> x * sigmoid(x);
                        default -> throw new IllegalArgumentException("unexpected " + activation);
                    };
        }
        return after;
    }

    static float[] differentiate(Activation activation, float[] before, float[] after, float[] gradient, int columns) {
        float[] result = new float[before.length];
        for (int i = 0; i < before.length; i++) {
            double x = before[i];
            double y = after[i];
            double s = sigmoid(x);
            double derivative =
                    switch (activation) {
                        case RELU -> x > 0 ? 1 : 0;
                        case SIGMOID -> y * (1 - y);
                        case TANH -> 1 - y * y;
                        case ELU -> x >= 0 ? 1 : Math.exp(x);
                        case SELU -> SELU_SCALE * (x >= 0 ? 1 : SELU_ALPHA * Math.exp(x));
                        case SWISH -> s + x * s * (1 - s);
                        case SOFTMAX -> y;
                        default -> throw new IllegalArgumentException("unexpected " + activation);
                    };
            double mean =
                    activation == Activation.SOFTMAX ? weightedMean(after, gradient, i - i % columns, columns) : 0;
            result[i] = (float) (derivative * (gradient[i] - mean));
        }
        return result;
    }

    private static void softmax(float[] before, float[] after, int columns) {
        for (int from = 0; from < before.length; from += columns) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = from; i < from + columns; i++) {
                largest = Math.max(largest, before[i]);
            }
            double sum = 0;
            for (int i = from; i < from + columns; i++) {
                sum += Math.exp(before[i] - largest);
            }
            for (int i = from; i < from + columns; i++) {
                after[i] = (float) (Math.exp(before[i] - largest) / sum);
            }
        }
    }

    private static double weightedMean(float[] weights, float[] values, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += (double) weights[i] * values[i];
        }
        return sum;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
