package dev.lockstep.core.model;

import dev.lockstep.core.collective.ProcessGroup;

/**
 * What a replica may need to know of the step it computes.
 *
 * @param seed of the run; with epoch and sample index it keys dropout masks
 * @param epoch counted from 0
 * @param group the workers of this step, for layers whose statistics span the global batch
 * @param gradientListener told of gradients that are final before all are
 */
public record StepContext(long seed, int epoch, ProcessGroup group, GradientListener gradientListener) {
    /** With nobody who would use a part of the gradient. */
    public StepContext(long seed, int epoch, ProcessGroup group) {
        this(seed, epoch, group, GradientListener.NONE);
    }
}
