package dev.lockstep.core.oracle;

import dev.lockstep.core.model.Activation;
import java.util.Arrays;

/** An activation function over runs of units. */
record ReferenceActivation(Activation activation, int units) {
    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;
    private static final double LEAKY_SLOPE = 0.2;
    /** Standard deviations beyond which the normal distribution function is 0 or 1 in double precision. */
    private static final double CERTAIN = 9;

    /** The values of the sums. */
    double[] activate(double[] sums) {
        double[] outputs = new double[sums.length];
        if (activation == Activation.SOFTMAX) {
            for (int from = 0; from < sums.length; from += units) {
                softmax(sums, outputs, from);
            }
            return outputs;
        }
        for (int i = 0; i < sums.length; i++) {
            outputs[i] = value(sums[i]);
        }
        return outputs;
    }

    private void softmax(double[] sums, double[] outputs, int from) {
        double largest = Arrays.stream(sums, from, from + units).max().orElseThrow();
        double total = 0;
        for (int j = from; j < from + units; j++) {
            outputs[j] = Math.exp(sums[j] - largest);
            total += outputs[j];
        }
        for (int j = from; j < from + units; j++) {
            outputs[j] /= total;
        }
    }

    private double value(double z) {
        return switch (activation) {
            case LINEAR, SOFTMAX -> z;
            case SIGMOID -> 1 / (1 + Math.exp(-z));
            case TANH -> Math.tanh(z);
            case RELU -> Math.max(0, z);
            case ELU -> z >= 0 ? z : Math.exp(z) - 1;
            case SELU -> SELU_SCALE * (z >= 0 ? z : SELU_ALPHA * (Math.exp(z) - 1));
            case SOFTPLUS -> Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
            case SWISH -> z / (1 + Math.exp(-z));
            case HARD_SIGMOID -> Math.min(Math.max(z + 3, 0), 6) / 6;
            case LEAKY_RELU -> z >= 0 ? z : LEAKY_SLOPE * z;
            case GELU -> z * normalDistribution(z);
            case STEP -> z >= 0 ? 1 : 0;
        };
    }

    /** d value / dz for a pre-activation and its value. */
    private double slope(double z, double value) {
        return switch (activation) {
            case LINEAR, SOFTMAX -> 1;
            case SIGMOID -> value * (1 - value);
            case TANH -> 1 - value * value;
            case RELU -> z > 0 ? 1 : 0;
            case ELU -> z >= 0 ? 1 : Math.exp(z);
            case SELU -> SELU_SCALE * (z >= 0 ? 1 : SELU_ALPHA * Math.exp(z));
            case SOFTPLUS -> 1 / (1 + Math.exp(-z));
            case SWISH -> {
                double sigmoid = 1 / (1 + Math.exp(-z));
                yield sigmoid + z * sigmoid * (1 - sigmoid);
            }
            case HARD_SIGMOID -> Math.abs(z) < 3 ? 1.0 / 6 : 0;
            case LEAKY_RELU -> z > 0 ? 1 : LEAKY_SLOPE;
            case GELU -> normalDistribution(z) + z * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
                // It has none; the perceptron's rule looks past it, and no other loss is let through to it.
            case STEP -> 1;
        };
    }

    /**
     * 1/2 plus the density times the series z + z^3 / 3 + z^5 / (3 * 5) + ... (Marsaglia 2004), whose terms all have
     * the sign of z.
     */
    private static double normalDistribution(double z) {
        if (Math.abs(z) > CERTAIN) {
            return z > 0 ? 1 : 0;
        }
        double term = z;
        double sum = z;
        for (int i = 3; Math.abs(term) > Math.ulp(sum) / 2; i += 2) {
            term *= z * z / i;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    }

    /** The gradient with respect to the sums. */
    double[] derivative(double[] outputGradient, double[] sums, double[] outputs) {
        double[] delta = new double[sums.length];
        for (int from = 0; from < sums.length; from += units) {
            double inner = 0;
            for (int j = from; j < from + units; j++) {
                inner += outputGradient[j] * outputs[j];
            }
            for (int j = from; j < from + units; j++) {
                delta[j] = activation == Activation.SOFTMAX
                        ? outputs[j] * (outputGradient[j] - inner)
                        : outputGradient[j] * slope(sums[j], outputs[j]);
            }
        }
        return delta;
    }
}
