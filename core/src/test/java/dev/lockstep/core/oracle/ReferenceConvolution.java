package dev.lockstep.core.oracle;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.layer.Conv2DLayer;
import java.util.List;

/** activation(sum over the window of x kernel + bias), a loop for every index. */
final class ReferenceConvolution extends ReferenceLayer {
    private final ReferenceWindows windows;
    private final int filters;
    private final ReferenceActivation activation;
    private final boolean hasBias;
    /** One row a filter; in a row channel, height and width of the window, last fastest. */
    private final ReferenceTensor kernel;

    private final ReferenceTensor bias;
    private double[] lastInputs = new double[0];
    private double[] lastSums = new double[0];
    private double[] lastOutputs = new double[0];

    ReferenceConvolution(Conv2DLayer layer, Shape input) {
        this.windows = new ReferenceWindows(layer, input);
        this.filters = layer.filters();
        this.activation = new ReferenceActivation(layer.activation(), filters);
        this.hasBias = layer.useBias();
        int weights = filters * windows.channels * windows.kernelHeight * windows.kernelWidth;
        this.kernel = new ReferenceTensor(1, weights, layer.kernelRegularizer(), false);
        this.bias = new ReferenceTensor(1, filters, layer.biasRegularizer(), false);
    }

    /** What is done with each weight: the input it is multiplied by and the sum it goes into. */
    private interface Product {
        void at(int weight, int input, int sum);
    }

    private void forEachProduct(int size, Product product) {
        for (int sample = 0; sample < size; sample++) {
            for (int y = 0; y < windows.outputHeight; y++) {
                for (int x = 0; x < windows.outputWidth; x++) {
                    int window = (sample * windows.outputHeight + y) * windows.outputWidth + x;
                    forEachProductOf(sample, y, x, window * filters, product);
                }
            }
        }
    }

    private void forEachProductOf(int sample, int y, int x, int firstSum, Product product) {
        for (int ky = 0; ky < windows.kernelHeight; ky++) {
            for (int kx = 0; kx < windows.kernelWidth; kx++) {
                int cell = windows.cell(y, x, ky, kx);
                for (int channel = 0; channel < windows.channels && cell >= 0; channel++) {
                    for (int filter = 0; filter < filters; filter++) {
                        int weight = ((filter * windows.channels + channel) * windows.kernelHeight + ky)
                                        * windows.kernelWidth
                                + kx;
                        product.at(weight, sample * windows.inputSize() + cell + channel, firstSum + filter);
                    }
                }
            }
        }
    }

    @Override
    double[] forward(double[] x, int size, boolean training, ReferenceTrainer.Mask mask) {
        double[] sums = new double[size * windows.outputHeight * windows.outputWidth * filters];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = bias.values[i % filters];
        }
        forEachProduct(size, (weight, input, sum) -> sums[sum] += kernel.values[weight] * x[input]);
        double[] outputs = activation.activate(sums);
        if (training) {
            lastInputs = x;
            lastSums = sums;
            lastOutputs = outputs;
        }
        return outputs;
    }

    @Override
    double[] backward(double[] outputGradient, int size, boolean inputNeeded) {
        double[] delta = activation.derivative(outputGradient, lastSums, lastOutputs);
        for (int i = 0; i < delta.length; i++) {
            bias.gradientSum[i % filters] += delta[i];
        }
        double[] gradient = new double[size * windows.inputSize()];
        forEachProduct(size, (weight, input, sum) -> {
            kernel.gradientSum[weight] += delta[sum] * lastInputs[input];
            gradient[input] += delta[sum] * kernel.values[weight];
        });
        return gradient;
    }

    @Override
    List<ReferenceTensor> tensors() {
        return hasBias ? List.of(bias, kernel) : List.of(kernel);
    }
}
