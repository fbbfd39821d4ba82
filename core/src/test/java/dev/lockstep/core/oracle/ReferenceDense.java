package dev.lockstep.core.oracle;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.RegularizerSpec;
import java.util.List;

/** activation(x kernel + bias). */
final class ReferenceDense extends ReferenceLayer {
    private final int inputs;
    private final int units;
    private final ReferenceActivation activation;
    private final boolean hasBias;
    private final ReferenceTensor kernel;
    private final ReferenceTensor bias;
    private double[] lastInputs = new double[0];
    private double[] lastSums = new double[0];
    private double[] lastOutputs = new double[0];

    ReferenceDense(
            int inputs,
            int units,
            Activation activation,
            boolean hasBias,
            RegularizerSpec kernelPenalty,
            RegularizerSpec biasPenalty) {
        this.inputs = inputs;
        this.units = units;
        this.activation = new ReferenceActivation(activation, units);
        this.hasBias = hasBias;
        this.kernel = new ReferenceTensor(inputs, units, kernelPenalty, false);
        this.bias = new ReferenceTensor(1, units, biasPenalty, false);
    }

    @Override
    double[] forward(double[] x, int size, boolean training, ReferenceTrainer.Mask mask) {
        double[] sums = new double[size * units];
        for (int row = 0; row < size; row++) {
            System.arraycopy(bias.values, 0, sums, row * units, units);
            for (int i = 0; i < inputs; i += 4) {
                int left = Math.min(4, inputs - i);
                int at = row * inputs + i;
                double x0 = x[at];
                double x1 = left > 1 ? x[at + 1] : 0;
                double x2 = left > 2 ? x[at + 2] : 0;
                double x3 = left > 3 ? x[at + 3] : 0;
                if (x0 != 0 || x1 != 0 || x2 != 0 || x3 != 0) {
                    addFourRows(sums, row * units, kernel.values, i, left, x0, x1, x2, x3);
                }
            }
        }
        double[] outputs = activation.activate(sums);
        if (training) {
            lastInputs = x;
            lastSums = sums;
            lastOutputs = outputs;
        }
        return outputs;
    }

    /** target += x0 row0 + x1 row1 + x2 row2 + x3 row3; rows beyond the last are row 0 again, with factor 0. */
    private void addFourRows(
            double[] target, int to, double[] rows, int first, int count, double x0, double x1, double x2, double x3) {
        int at0 = first * units;
        int at1 = count > 1 ? at0 + units : at0;
        int at2 = count > 2 ? at0 + 2 * units : at0;
        int at3 = count > 3 ? at0 + 3 * units : at0;
        for (int j = 0; j < units; j++) {
            target[to + j] += x0 * rows[at0 + j] + x1 * rows[at1 + j] + x2 * rows[at2 + j] + x3 * rows[at3 + j];
        }
    }

    @Override
    double[] backward(double[] outputGradient, int size, boolean inputNeeded) {
        double[] delta = activation.derivative(outputGradient, lastSums, lastOutputs);
        for (int row = 0; row < size; row++) {
            for (int j = 0; j < units; j++) {
                bias.gradientSum[j] += delta[row * units + j];
            }
        }
        addKernelGradient(delta, size);
        return inputNeeded ? inputGradient(delta, size) : new double[0];
    }

    /** Row i of the kernel's gradient is the sum over samples of x_i delta, four samples at a time. */
    private void addKernelGradient(double[] delta, int size) {
        for (int row = 0; row < size; row += 4) {
            int left = Math.min(4, size - row);
            for (int i = 0; i < inputs; i++) {
                double x0 = lastInputs[row * inputs + i];
                double x1 = left > 1 ? lastInputs[(row + 1) * inputs + i] : 0;
                double x2 = left > 2 ? lastInputs[(row + 2) * inputs + i] : 0;
                double x3 = left > 3 ? lastInputs[(row + 3) * inputs + i] : 0;
                if (x0 != 0 || x1 != 0 || x2 != 0 || x3 != 0) {
                    addFourRows(kernel.gradientSum, i * units, delta, row, left, x0, x1, x2, x3);
                }
            }
        }
    }

    private double[] inputGradient(double[] delta, int size) {
        double[] gradient = new double[size * inputs];
        for (int row = 0; row < size; row++) {
            for (int i = 0; i < inputs; i++) {
                double sum = 0;
                for (int j = 0; j < units; j++) {
                    sum += delta[row * units + j] * kernel.values[i * units + j];
                }
                gradient[row * inputs + i] = sum;
            }
        }
        return gradient;
    }

    @Override
    List<ReferenceTensor> tensors() {
        return hasBias ? List.of(kernel, bias) : List.of(kernel);
    }
}
