package dev.lockstep.core.model;

/** Told during the backward pass, which begins at the last layer, how much of the gradient is already final. */
@FunctionalInterface
public interface GradientListener {
    /** Does not care. */
    GradientListener NONE = (gradient, from) -> {};

    /**
     * All values from one index on are final. Called with ever smaller indices; not every replica calls it.
     *
     * @param gradient {@link ModelReplica#gradient()}
     * @param from the first of them
     */
    void ready(float[] gradient, int from);
}
