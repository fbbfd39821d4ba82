package dev.lockstep.core.model;

import dev.lockstep.core.data.MiniBatch;
import java.util.Optional;

/**
 * One worker's copy of the network. Knows forward and backward; knows nothing of optimizers, merges or epochs.
 *
 * <p>The two flat vectors share one layout ({@link NetworkPlan}), the same for every implementation, so that parameters
 * and checkpoints pass from one to the other. Not thread-safe: one worker thread owns a replica.
 */
public interface ModelReplica extends AutoCloseable {
    /** Room behind a gradient, in floats, that lets the few sums of a step travel with it without copying it. */
    int GRADIENT_ROOM = 16;

    /** The network this replica computes. */
    NetworkPlan plan();

    /**
     * The flat parameter vector, live: what is written here between two calls is what the next call computes with. The
     * length is {@code plan().parameterCount()} for the whole life of the replica.
     */
    float[] parameters();

    /**
     * The flat gradient of the last {@link #computeGradient}: for trainable parameters the <em>sum</em> over the
     * batch's samples of the gradient of the loss, without penalties; for frozen ones 0; for statistics the batch size times (old value -
     * new value), so that summing over ranks, dividing by the global count and subtracting gives the sample-weighted
     * mean of the ranks' updates. Behind {@code plan().parameterCount()} values the array may have more, up to {@link
     * #GRADIENT_ROOM}; all of it is the caller's until the next computation.
     */
    float[] gradient();

    /**
     * Forward and backward over one batch (training mode). An empty batch gives zeros; it must be computed all the same,
     * because layers whose statistics span the global batch meet the other workers in it.
     *
     * @return the sum over samples of the loss, without penalties
     */
    double computeGradient(MiniBatch batch, StepContext context);

    /** Whether a step needs sums over the workers: then {@link #begin} gives it in parts. */
    default boolean meetsOthers() {
        return false;
    }

    /**
     * Begins what {@link #computeGradient} does, for a caller that takes the sums over the workers itself. One at a time.
     *
     * @throws UnsupportedOperationException where a step {@link #meetsOthers()} not
     */
    default SharedComputation begin(MiniBatch batch, StepContext context) {
        throw new UnsupportedOperationException("no layer of this replica asks the other workers");
    }

    /** Into how many slices it cuts a training batch, each computed by itself; see {@link SlicedReplica}. */
    default int slices() {
        return 1;
    }

    /** Forward only (inference mode); results in {@link #outputs()}. */
    void predict(MiniBatch batch);

    /** Outputs of the last call, row by row: batch size x {@code plan().outputShape().size()} values are valid. */
    float[] outputs();

    /**
     * What a layer passed on in the last {@link #predict} of at least one sample, row by row: a copy of batch size x {@code
     * plan().layers().get(layer).output().size()} values. To be asked before the next call, and before the batch is filled
     * again.
     *
     * @param layer index into {@code plan().layers()}
     * @return empty where this implementation does not keep them
     */
    default Optional<float[]> activations(int layer) {
        return Optional.empty();
    }

    /** What computes here, for the log: implementation, BLAS, kernel, threads. */
    String description();

    /** What the last bits of a result depend on besides the inputs: library, version, kernel; for the checkpoint. */
    String arithmetic();

    @Override
    void close();
}
