package dev.lockstep.core.model.loss;

/**
 * Derivatives of the terms of an {@link OutputwiseLoss} with respect to the output. Where a term has none, what
 * TensorFlow takes for one.
 */
final class OutputSlopes {
    private OutputSlopes() {}

    static double absolute(double label, double output) {
        return Math.signum(output - label);
    }

    static double absolutePercentage(double label, double output) {
        return 100 * Math.signum(output - label) / MeanAbsolutePercentageErrorLoss.magnitude(label);
    }

    static double squaredLogarithmic(double label, double output) {
        return output < KerasEpsilon.VALUE
                ? 0
                : 2 * MeanSquaredLogarithmicErrorLoss.difference(label, output) / (1 + output);
    }

    static double huber(double delta, double label, double output) {
        return Math.max(-delta, Math.min(delta, output - label));
    }

    static double hinge(double label, double output) {
        double sign = HingeLoss.sign(label);
        return 1 - sign * output >= 0 ? -sign : 0;
    }
}
