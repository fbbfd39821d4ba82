package dev.lockstep.core.oracle;

import java.util.List;

/** The mean of each channel over a whole image. */
final class ReferenceGlobalPooling extends ReferenceLayer {
    private final int cells;
    private final int channels;

    ReferenceGlobalPooling(int cells, int channels) {
        this.cells = cells;
        this.channels = channels;
    }

    @Override
    double[] forward(double[] x, int size, boolean training, ReferenceTrainer.Mask mask) {
        double[] means = new double[size * channels];
        for (int i = 0; i < x.length; i++) {
            means[meanOf(i)] += x[i] / cells;
        }
        return means;
    }

    @Override
    double[] backward(double[] outputGradient, int size, boolean inputNeeded) {
        double[] gradient = new double[size * cells * channels];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = outputGradient[meanOf(i)] / cells;
        }
        return gradient;
    }

    /** The mean that an input goes into. */
    private int meanOf(int input) {
        return input / (cells * channels) * channels + input % channels;
    }

    @Override
    List<ReferenceTensor> tensors() {
        return List.of();
    }
}
