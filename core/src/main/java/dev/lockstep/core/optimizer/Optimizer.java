package dev.lockstep.core.optimizer;

/** One update rule over flat arrays. Its state is in the array it is handed, so that it can be saved. For one thread. */
@FunctionalInterface
public interface Optimizer {
    /**
     * Updates {@code parameters[from .. to - 1]} in place.
     *
     * @param gradient the mean gradient over the global batch, penalties included, same indices as the parameters
     * @param state {@code stateSlots} blocks of {@code parameters.length} floats, one after the other; slot s of
     *     parameter i is at {@code s * parameters.length + i}; all zero before step 1
     * @param step counted from 1
     */
    void update(float[] parameters, float[] gradient, float[] state, int from, int to, long step);
}
