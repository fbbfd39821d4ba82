package dev.lockstep.core.optimizer;

import org.jspecify.annotations.Nullable;

/**
 * How a mean gradient becomes new parameters.
 *
 * @param optimizer that takes the step
 * @param clipping of the gradient before it
 * @param schedule of the learning rate; null where it stays the optimizer's
 */
public record UpdateRule(OptimizerSpec optimizer, GradientClipping clipping, @Nullable LearningRateSchedule schedule) {
    /** An optimizer as it is. */
    public static UpdateRule of(OptimizerSpec optimizer) {
        return new UpdateRule(optimizer, GradientClipping.NONE, null);
    }

    /**
     * The learning rate of a step.
     *
     * @param step counted from 1
     * @param memory of the schedule
     */
    public double learningRate(long step, float[] memory) {
        double rate = optimizer.learningRate();
        return schedule == null ? rate : schedule.rate(rate, step - 1, memory);
    }

    /** How many values the schedule remembers. */
    public int memoryLength() {
        return schedule == null ? 0 : schedule.memoryLength();
    }
}
