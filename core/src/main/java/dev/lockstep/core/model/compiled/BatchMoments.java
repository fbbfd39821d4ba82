package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation of one layer (Ioffe and Szegedy 2015) for one batch size.
 *
 * <ol>
 *   <li>Forward, the sums of the inputs over all workers give the mean, then those of the squared distances from it the
 *       variance: two exchanges, because a sum of squares would lose the variance of values far from 0. Then x' = (x -
 *       mean) / sqrt(variance + epsilon), y = gamma x' + beta.
 *   <li>Backward, with n rows in the global batch and sums over all of them, dx = gamma / sqrt(variance + epsilon) (dy -
 *       (sum dy + x' sum(dy x')) / n): one exchange.
 * </ol>
 *
 * <p>The sums are taken in double precision and over the tree of ranks, so that every worker gets the same bits. A
 * worker without samples contributes zeros. Between two kernels whoever runs them adds {@link #sums()} up.
 */
final class BatchMoments {
    private final BatchNormalizationLayer spec;
    private final int samples;
    private final int rows;
    private final int features;
    private final NativeFloats input;
    private final NativeFloats output;
    private final NativeFloats outputGradient;
    private final @Nullable NativeFloats inputGradient;
    private final NativeFloats[] parameters;
    private final NativeFloats[] gradients;
    private final float[] gamma;
    private final float[] beta;
    private final float[] movingMean;
    private final float[] movingVariance;
    private final float[] normalized;
    private final float[] values;
    private final double[] sums;
    private final float[] mean;
    private final float[] inverseDeviation;
    private final float[] scratch;
    private double globalRows;

    /** Arrays as long as a batch. */
    static final int COPIES = 2;

    /** Floats for each feature; the sums are doubles. */
    static final int VECTORS = 12;

    private static final String[] PARAMETERS = {"gamma", "beta", "moving_mean", "moving_variance"};

    /**
     * @param samples of this worker's slice
     * @param rows that are normalised together: samples, or cells of images
     */
    BatchMoments(BatchNormalizationLayer spec, Compilation network, int samples, int rows, int features) {
        this.spec = spec;
        this.samples = samples;
        this.rows = rows;
        this.features = features;
        input = network.input();
        output = network.output();
        outputGradient = network.outputGradient();
        inputGradient = network.inputGradient();
        parameters = new NativeFloats[PARAMETERS.length];
        gradients = new NativeFloats[PARAMETERS.length];
        for (int i = 0; i < PARAMETERS.length; i++) {
            parameters[i] = network.parameter(PARAMETERS[i]);
            gradients[i] = network.gradient(PARAMETERS[i]);
        }
        gamma = new float[features];
        beta = new float[features];
        movingMean = new float[features];
        movingVariance = new float[features];
        normalized = new float[rows * features];
        values = new float[rows * features];
        sums = new double[2 * features + 1];
        mean = new float[features];
        inverseDeviation = new float[features];
        scratch = new float[features];
    }

    /** Values between two kernels: this worker's part, and behind the exchange the sums over all. */
    double[] sums() {
        return sums;
    }

    /** Forward, first: sums of the inputs and, behind them, the number of rows. */
    void sumInputs() {
        readParameters();
        input.read(values, values.length);
        sumValues();
    }

    /** Forward, second: of the sums the mean, and then sums of the squared distances from it. */
    void sumDistances() {
        globalRows = sums[features];
        for (int feature = 0; feature < features; feature++) {
            mean[feature] = (float) (sums[feature] / globalRows);
        }
        sumSquaredDistances();
    }

    /** Forward, last, by the moments of the batch; the running statistics' part of the gradient too. */
    void normalize() {
        writeStatistics();
        for (int feature = 0; feature < features; feature++) {
            inverseDeviation[feature] = (float) (1 / Math.sqrt(sums[feature] / globalRows + spec.epsilon()));
        }
        applyMoments();
        output.write(values, values.length);
    }

    /** Forward by the running statistics. */
    void normalizeByRunningStatistics() {
        readParameters();
        input.read(values, values.length);
        for (int feature = 0; feature < features; feature++) {
            mean[feature] = movingMean[feature];
            inverseDeviation[feature] = (float) (1 / Math.sqrt(movingVariance[feature] + spec.epsilon()));
        }
        applyMoments();
        output.write(values, values.length);
    }

    /** Backward, first: gradients of gamma and beta, which are sums of this worker's rows, and the same for an exchange. */
    void sumGradientsOfRows() {
        outputGradient.read(values, values.length);
        sumGradients();
        for (int feature = 0; feature < features; feature++) {
            scratch[feature] = (float) sums[features + feature];
        }
        gradients[0].write(scratch, features);
        for (int feature = 0; feature < features; feature++) {
            scratch[feature] = (float) sums[feature];
        }
        gradients[1].write(scratch, features);
    }

    /** Backward, last, by the sums of all rows. */
    void differentiate() {
        if (inputGradient != null) {
            applyGradient();
            inputGradient.write(values, values.length);
        }
    }

    /** Backward where the running statistics were used forward: dx = gamma / sqrt(variance + epsilon) dy. */
    void differentiateByRunningStatistics() {
        NativeFloats target = inputGradient;
        if (target == null) {
            return;
        }
        outputGradient.read(values, values.length);
        for (int row = 0; row < rows; row++) {
            int from = row * features;
            for (int feature = 0; feature < features; feature++) {
                values[from + feature] *= gamma[feature] * inverseDeviation[feature];
            }
        }
        target.write(values, values.length);
    }

    private void readParameters() {
        parameters[0].read(gamma, features);
        parameters[1].read(beta, features);
        parameters[2].read(movingMean, features);
        parameters[3].read(movingVariance, features);
    }

    private void sumValues() {
        Arrays.fill(sums, 0);
        for (int row = 0; row < rows; row++) {
            int from = row * features;
            for (int feature = 0; feature < features; feature++) {
                sums[feature] += values[from + feature];
            }
        }
        sums[features] = rows;
    }

    private void sumSquaredDistances() {
        Arrays.fill(sums, 0);
        for (int row = 0; row < rows; row++) {
            int from = row * features;
            for (int feature = 0; feature < features; feature++) {
                double distance = values[from + feature] - mean[feature];
                sums[feature] += distance * distance;
            }
        }
    }

    private void sumGradients() {
        Arrays.fill(sums, 0);
        for (int row = 0; row < rows; row++) {
            int from = row * features;
            for (int feature = 0; feature < features; feature++) {
                float gradient = values[from + feature];
                sums[feature] += gradient;
                sums[features + feature] += gradient * normalized[from + feature];
            }
        }
    }

    /** By the contract of gradients of statistics: samples times (old value - new value), momentum applied. */
    private void writeStatistics() {
        float weight = (float) ((1 - spec.momentum()) * samples);
        for (int feature = 0; feature < features; feature++) {
            scratch[feature] = weight * (movingMean[feature] - mean[feature]);
        }
        gradients[2].write(scratch, features);
        for (int feature = 0; feature < features; feature++) {
            scratch[feature] = weight * (movingVariance[feature] - (float) (sums[feature] / globalRows));
        }
        gradients[3].write(scratch, features);
    }

    private void applyMoments() {
        for (int row = 0; row < rows; row++) {
            int from = row * features;
            for (int feature = 0; feature < features; feature++) {
                float value = (values[from + feature] - mean[feature]) * inverseDeviation[feature];
                normalized[from + feature] = value;
                values[from + feature] = gamma[feature] * value + beta[feature];
            }
        }
    }

    private void applyGradient() {
        for (int feature = 0; feature < features; feature++) {
            scratch[feature] = (float) (sums[feature] / globalRows);
            mean[feature] = (float) (sums[features + feature] / globalRows);
        }
        for (int row = 0; row < rows; row++) {
            int from = row * features;
            for (int feature = 0; feature < features; feature++) {
                float projected = scratch[feature] + normalized[from + feature] * mean[feature];
                values[from + feature] =
                        gamma[feature] * inverseDeviation[feature] * (values[from + feature] - projected);
            }
        }
    }
}
