package dev.lockstep.core.oracle;

import dev.lockstep.core.model.loss.BinaryCrossentropyLoss;
import dev.lockstep.core.model.loss.CategoricalCrossentropyLoss;
import dev.lockstep.core.model.loss.CrossentropyLoss;
import dev.lockstep.core.model.loss.HingeLoss;
import dev.lockstep.core.model.loss.HuberLoss;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.MeanAbsoluteErrorLoss;
import dev.lockstep.core.model.loss.MeanAbsolutePercentageErrorLoss;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.MeanSquaredLogarithmicErrorLoss;
import dev.lockstep.core.model.loss.PerceptronLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;

/** Keras's losses with their derivatives, output by output. */
record ReferenceLoss(LossSpec loss, int outputs) {
    private static final double EPSILON = 1e-7;

    /** What one output adds to the loss of its sample, and the derivative of that. */
    private record Term(double value, double slope) {}

    /**
     * The sum of the samples' losses, each times its weight; their gradients are written.
     *
     * @param weights of the samples; empty where each counts once
     * @param predicted [size, outputs], row by row
     * @param labels [size, label width], row by row
     */
    double sum(double[] predicted, float[] labels, int size, double[] weights, double[] gradient) {
        if (loss instanceof CrossentropyLoss crossentropy && crossentropy.fromLogits()) {
            ReferenceActivation activation = new ReferenceActivation(crossentropy.probabilities(), outputs);
            double[] probabilities = activation.activate(predicted);
            double[] slopes = new double[predicted.length];
            double sum = sumOfOutputs(probabilities, labels, size, weights, slopes);
            System.arraycopy(activation.derivative(slopes, predicted, probabilities), 0, gradient, 0, size * outputs);
            return sum;
        }
        return sumOfOutputs(predicted, labels, size, weights, gradient);
    }

    private double sumOfOutputs(double[] predicted, float[] labels, int size, double[] weights, double[] gradient) {
        double sum = 0;
        for (int row = 0; row < size; row++) {
            double weight = weights.length == 0 ? 1 : weights[row];
            for (int j = 0; j < outputs; j++) {
                int i = row * outputs + j;
                Term term;
                if (loss instanceof SparseCategoricalCrossentropyLoss) {
                    term = categorical(j == (int) labels[row] ? 1 : 0, predicted[i]);
                } else if (loss instanceof CategoricalCrossentropyLoss) {
                    term = categorical(labels[i], predicted[i]);
                } else if (loss instanceof PerceptronLoss) {
                    // Rosenblatt's rule for each unit, whatever their number.
                    double error = predicted[i] - labels[i];
                    term = new Term(Math.abs(error) / outputs, error);
                } else {
                    Term whole = outputwise(labels[i], predicted[i]);
                    term = new Term(whole.value / outputs, whole.slope / outputs);
                }
                sum += weight * term.value;
                gradient[i] = weight * term.slope;
            }
        }
        return sum;
    }

    private static Term categorical(double label, double p) {
        return new Term(-label * Math.log(Math.max(p, EPSILON)), -label / p);
    }

    private Term outputwise(double label, double p) {
        double error = p - label;
        if (loss instanceof MeanSquaredErrorLoss) {
            return new Term(error * error, 2 * error);
        } else if (loss instanceof MeanAbsoluteErrorLoss) {
            return error > 0 ? new Term(error, 1) : new Term(-error, -1);
        } else if (loss instanceof MeanAbsolutePercentageErrorLoss) {
            double share = 100 / Math.max(Math.abs(label), EPSILON);
            return error > 0 ? new Term(share * error, share) : new Term(-share * error, -share);
        } else if (loss instanceof MeanSquaredLogarithmicErrorLoss) {
            double ratio = Math.log((1 + Math.max(p, EPSILON)) / (1 + Math.max(label, EPSILON)));
            return new Term(ratio * ratio, p > EPSILON ? 2 * ratio / (1 + p) : 0);
        } else if (loss instanceof HuberLoss huber) {
            double delta = huber.delta();
            if (Math.abs(error) <= delta) {
                return new Term(0.5 * error * error, error);
            }
            return new Term(delta * (Math.abs(error) - 0.5 * delta), error > 0 ? delta : -delta);
        } else if (loss instanceof HingeLoss) {
            double sign = label > 0 ? 1 : -1;
            return sign * p < 1 ? new Term(1 - sign * p, -sign) : new Term(0, 0);
        } else if (loss instanceof BinaryCrossentropyLoss) {
            double value = label * Math.log(Math.max(p, EPSILON)) + (1 - label) * Math.log(Math.max(1 - p, EPSILON));
            return new Term(-value, (1 - label) / (1 - p) - label / p);
        }
        throw new IllegalArgumentException("the reference trainer does not know " + loss);
    }
}
