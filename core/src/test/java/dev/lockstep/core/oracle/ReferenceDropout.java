package dev.lockstep.core.oracle;

import java.util.List;

/** Inverted dropout with a mask from outside. */
final class ReferenceDropout extends ReferenceLayer {
    private final String name;
    private final int features;
    private final double rate;
    private double[] factors = new double[0];

    ReferenceDropout(String name, int features, double rate) {
        this.name = name;
        this.features = features;
        this.rate = rate;
    }

    @Override
    double[] forward(double[] x, int size, boolean training, ReferenceTrainer.Mask mask) {
        if (!training) {
            return x;
        }
        factors = new double[size * features];
        double[] outputs = new double[size * features];
        for (int i = 0; i < size * features; i++) {
            factors[i] = mask.keeps(name, i / features, i % features) ? 1 / (1 - rate) : 0;
            outputs[i] = x[i] * factors[i];
        }
        return outputs;
    }

    @Override
    double[] backward(double[] outputGradient, int size, boolean inputNeeded) {
        double[] gradient = new double[size * features];
        for (int i = 0; i < size * features; i++) {
            gradient[i] = outputGradient[i] * factors[i];
        }
        return gradient;
    }

    @Override
    List<ReferenceTensor> tensors() {
        return List.of();
    }
}
