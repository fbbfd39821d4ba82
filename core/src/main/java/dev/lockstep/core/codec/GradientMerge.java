package dev.lockstep.core.codec;

import dev.lockstep.core.collective.ProcessGroup;

/**
 * How the gradient sums of all ranks become one vector, the same bits on every rank. One instance a worker. A merge
 * changes nothing that it keeps before {@link #applied}: an abandoned step leaves no trace.
 */
public interface GradientMerge {
    /**
     * Replaces values by their sums over all ranks. The first ones may lose precision on the way, the others are summed
     * exactly as {@link ProcessGroup#allReduceSum(float[], int)} does. NaN and infinity are never lost: a sum that one
     * rank has made not finite arrives not finite.
     *
     * @param values the encoded ones, then the exact ones
     * @param length how many there are in all
     * @param shared state that is the same on all ranks; not changed
     */
    void sum(float[] values, int length, float[] shared, ProcessGroup group);

    /**
     * The step of the last sum was applied.
     *
     * @param shared brought up to date, on all ranks alike
     */
    void applied(float[] shared);

    /** What this rank alone has kept back, live: belongs to checkpoints; empty for none. */
    float[] residual();

    /** Forgets what was kept back, on all ranks alike, as the ranks have to meet again. */
    void forget();
}
