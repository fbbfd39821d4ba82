package dev.lockstep.core.oracle;

import java.util.List;

/** An activation as a layer of its own. */
final class ReferenceActivationLayer extends ReferenceLayer {
    private final ReferenceActivation activation;
    private double[] lastInputs = new double[0];
    private double[] lastOutputs = new double[0];

    ReferenceActivationLayer(ReferenceActivation activation) {
        this.activation = activation;
    }

    @Override
    double[] forward(double[] x, int size, boolean training, ReferenceTrainer.Mask mask) {
        double[] outputs = activation.activate(x);
        if (training) {
            lastInputs = x;
            lastOutputs = outputs;
        }
        return outputs;
    }

    @Override
    double[] backward(double[] outputGradient, int size, boolean inputNeeded) {
        return activation.derivative(outputGradient, lastInputs, lastOutputs);
    }

    @Override
    List<ReferenceTensor> tensors() {
        return List.of();
    }
}
