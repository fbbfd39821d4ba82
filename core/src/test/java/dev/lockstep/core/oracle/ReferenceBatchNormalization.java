package dev.lockstep.core.oracle;

import dev.lockstep.core.model.RegularizerSpec;
import java.util.Arrays;
import java.util.List;

/** gamma (x - mean) / sqrt(variance + epsilon) + beta with the moments of the whole batch, biased variance. Of images, each cell is a row. */
final class ReferenceBatchNormalization extends ReferenceLayer {
    private final int cells;
    private final int features;
    private final double momentum;
    private final double epsilon;
    private final boolean frozen;
    private final ReferenceTensor gamma;
    private final ReferenceTensor beta;
    private final ReferenceTensor movingMean;
    private final ReferenceTensor movingVariance;
    private final double[] batchMean;
    private final double[] batchVariance;
    private double[] normalized = new double[0];

    /**
     * @param cells rows of one sample: 1 for vectors, height x width for images
     * @param frozen whether the running statistics are used in training, too, and stay
     */
    ReferenceBatchNormalization(int cells, int features, double momentum, double epsilon, boolean frozen) {
        this.cells = cells;
        this.features = features;
        this.momentum = momentum;
        this.epsilon = epsilon;
        this.frozen = frozen;
        this.gamma = new ReferenceTensor(1, features, RegularizerSpec.NONE, false);
        this.beta = new ReferenceTensor(1, features, RegularizerSpec.NONE, false);
        this.movingMean = new ReferenceTensor(1, features, RegularizerSpec.NONE, true);
        this.movingVariance = new ReferenceTensor(1, features, RegularizerSpec.NONE, true);
        this.batchMean = new double[features];
        this.batchVariance = new double[features];
    }

    @Override
    double[] forward(double[] x, int samples, boolean inTraining, ReferenceTrainer.Mask mask) {
        boolean training = inTraining && !frozen;
        int size = samples * cells;
        if (training) {
            computeMoments(x, size);
        }
        double[] mean = training ? batchMean : movingMean.values;
        double[] variance = training ? batchVariance : movingVariance.values;
        double[] unscaled = new double[size * features];
        double[] outputs = new double[size * features];
        for (int i = 0; i < size * features; i++) {
            int feature = i % features;
            unscaled[i] = (x[i] - mean[feature]) / Math.sqrt(variance[feature] + epsilon);
            outputs[i] = gamma.values[feature] * unscaled[i] + beta.values[feature];
        }
        if (training) {
            normalized = unscaled;
        }
        return outputs;
    }

    private void computeMoments(double[] x, int size) {
        Arrays.fill(batchMean, 0);
        Arrays.fill(batchVariance, 0);
        for (int i = 0; i < size * features; i++) {
            batchMean[i % features] += x[i] / size;
        }
        for (int i = 0; i < size * features; i++) {
            double distance = x[i] - batchMean[i % features];
            batchVariance[i % features] += distance * distance / size;
        }
    }

    @Override
    double[] backward(double[] outputGradient, int samples, boolean inputNeeded) {
        int size = samples * cells;
        if (frozen) {
            return scaled(outputGradient, size);
        }
        double[] sum = new double[features];
        double[] product = new double[features];
        for (int i = 0; i < size * features; i++) {
            sum[i % features] += outputGradient[i];
            product[i % features] += outputGradient[i] * normalized[i];
        }
        double[] gradient = new double[size * features];
        for (int i = 0; i < size * features; i++) {
            int feature = i % features;
            double scale = gamma.values[feature] / Math.sqrt(batchVariance[feature] + epsilon);
            gradient[i] = scale * (outputGradient[i] - sum[feature] / size - normalized[i] * product[feature] / size);
        }
        for (int feature = 0; feature < features; feature++) {
            beta.gradientSum[feature] += sum[feature];
            gamma.gradientSum[feature] += product[feature];
        }
        return gradient;
    }

    private double[] scaled(double[] outputGradient, int size) {
        double[] gradient = new double[size * features];
        for (int i = 0; i < size * features; i++) {
            int feature = i % features;
            gradient[i] =
                    outputGradient[i] * gamma.values[feature] / Math.sqrt(movingVariance.values[feature] + epsilon);
        }
        return gradient;
    }

    @Override
    void updateStatistics() {
        if (frozen) {
            return;
        }
        for (int feature = 0; feature < features; feature++) {
            movingMean.values[feature] = momentum * movingMean.values[feature] + (1 - momentum) * batchMean[feature];
            movingVariance.values[feature] =
                    momentum * movingVariance.values[feature] + (1 - momentum) * batchVariance[feature];
        }
    }

    @Override
    List<ReferenceTensor> tensors() {
        return List.of(gamma, beta, movingMean, movingVariance);
    }
}
