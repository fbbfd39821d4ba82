package dev.lockstep.core.plan;

import dev.lockstep.core.sync.GradientSharing;
import dev.lockstep.core.sync.ParameterAveraging;
import java.util.List;

/**
 * A job as a plan sees it: its sizes, and what its parts take on this machine.
 *
 * @param samples of an epoch
 * @param batchSize of all workers together
 * @param parameterCount length of the flat vector
 * @param stateLength floats of optimizer state
 * @param averageEvery steps between two averages, where parameters are averaged
 * @param normalizedFeatures features of each layer whose moments span the workers under gradient sharing
 * @param compute forward and backward by slice
 * @param updateSeconds everything of a step of gradient sharing after the gradient, without an exchange
 * @param localUpdateSeconds the same of a step between two averages
 * @param averageSeconds what a step with an average takes longer, without an exchange
 */
public record JobProfile(
        int samples,
        int batchSize,
        int parameterCount,
        int stateLength,
        int averageEvery,
        List<Integer> normalizedFeatures,
        ComputeTime compute,
        double updateSeconds,
        double localUpdateSeconds,
        double averageSeconds) {
    public JobProfile {
        normalizedFeatures = List.copyOf(normalizedFeatures);
        if (samples < 1 || batchSize < 1 || averageEvery < 1) {
            throw new IllegalArgumentException("samples, batch size and steps between averages: expected numbers above"
                    + " 0, found " + samples + ", " + batchSize + " and " + averageEvery);
        }
    }

    /** Samples of a full step. */
    public int stepSamples() {
        return Math.min(batchSize, samples);
    }

    /** Samples of the largest slice, which the others wait for. */
    public int sliceSamples(int workers) {
        return (stepSamples() + workers - 1) / workers;
    }

    /** Steps of an epoch, the short last one included. */
    public int stepsPerEpoch() {
        return (samples + batchSize - 1) / batchSize;
    }

    /** Averages of an epoch: after every k-th step and after the last. */
    public int averagesPerEpoch() {
        return (stepsPerEpoch() + averageEvery - 1) / averageEvery;
    }

    /** Bytes that are summed in every step of gradient sharing. */
    long gradientBytes() {
        return (long) Float.BYTES * GradientSharing.exchangeLength(parameterCount);
    }

    /** Bytes that are summed in an average. */
    long averageBytes() {
        return (long) Float.BYTES * ParameterAveraging.exchangeLength(parameterCount, stateLength);
    }
}
