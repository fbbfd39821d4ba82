package dev.lockstep.core.oracle;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.layer.PoolingLayer;
import java.util.ArrayList;
import java.util.List;

/** The largest or the mean of each channel in each window, over the cells that lie in the image. */
final class ReferencePooling extends ReferenceLayer {
    private final ReferenceWindows windows;
    private final boolean isMaximum;
    private double[] lastInputs = new double[0];

    ReferencePooling(PoolingLayer layer, Shape input, boolean isMaximum) {
        this.windows = new ReferenceWindows(layer, input);
        this.isMaximum = isMaximum;
    }

    private int outputSize() {
        return windows.outputHeight * windows.outputWidth * windows.channels;
    }

    /** The inputs behind an output. */
    private List<Integer> inputsOf(int output) {
        int channel = output % windows.channels;
        int x = output / windows.channels % windows.outputWidth;
        int y = output / windows.channels / windows.outputWidth % windows.outputHeight;
        int sample = output / outputSize();
        List<Integer> inputs = new ArrayList<>();
        for (int ky = 0; ky < windows.kernelHeight; ky++) {
            for (int kx = 0; kx < windows.kernelWidth; kx++) {
                int cell = windows.cell(y, x, ky, kx);
                if (cell >= 0) {
                    inputs.add(sample * windows.inputSize() + cell + channel);
                }
            }
        }
        return inputs;
    }

    private static int largest(List<Integer> inputs, double[] x) {
        int largest = inputs.get(0);
        for (int input : inputs) {
            largest = x[input] > x[largest] ? input : largest;
        }
        return largest;
    }

    @Override
    double[] forward(double[] x, int size, boolean training, ReferenceTrainer.Mask mask) {
        double[] outputs = new double[size * outputSize()];
        for (int i = 0; i < outputs.length; i++) {
            List<Integer> inputs = inputsOf(i);
            outputs[i] = isMaximum
                    ? x[largest(inputs, x)]
                    : inputs.stream().mapToDouble(input -> x[input]).sum() / inputs.size();
        }
        if (training) {
            lastInputs = x;
        }
        return outputs;
    }

    @Override
    double[] backward(double[] outputGradient, int size, boolean inputNeeded) {
        double[] gradient = new double[size * windows.inputSize()];
        for (int i = 0; i < outputGradient.length; i++) {
            List<Integer> inputs = inputsOf(i);
            if (isMaximum) {
                gradient[largest(inputs, lastInputs)] += outputGradient[i];
            } else {
                for (int input : inputs) {
                    gradient[input] += outputGradient[i] / inputs.size();
                }
            }
        }
        return gradient;
    }

    @Override
    List<ReferenceTensor> tensors() {
        return List.of();
    }
}
