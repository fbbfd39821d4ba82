package dev.lockstep.core.model;

/**
 * Forward and backward over one batch that stops wherever a layer needs sums over all workers, so that whoever runs it
 * takes them: for one batch, or for several whose sums belong together.
 */
public interface SharedComputation {
    /**
     * Goes on to the next sums.
     *
     * @return whether there are {@link #sums()} to be taken before it can go on; false when the gradient is complete
     */
    boolean advance();

    /** What has to be replaced by its sums over all workers: the first {@link #count()} values. */
    double[] sums();

    /** How many values that are. */
    int count();

    /** When the gradient is complete, the sum over samples of the loss, without penalties. */
    double lossSum();
}
