package dev.lockstep.core.optimizer;

/**
 * One update rule over flat arrays. What it remembers is in the state it is handed, so that it can be saved. For one
 * thread.
 */
@FunctionalInterface
public interface Optimizer {
    /**
     * Updates {@code parameters[from .. to - 1]} in place.
     *
     * @param gradient the mean gradient over the global batch, penalties included, same indices as the parameters
     * @param state {@code stateSlots} slots with the indices of the parameters; all zero before step 1
     * @param step counted from 1
     * @param learningRate of this step
     */
    void update(
            float[] parameters,
            float[] gradient,
            OptimizerState state,
            int from,
            int to,
            long step,
            double learningRate);
}
