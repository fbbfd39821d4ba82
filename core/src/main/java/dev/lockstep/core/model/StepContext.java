package dev.lockstep.core.model;

import dev.lockstep.core.collective.ProcessGroup;

/**
 * What a replica may need to know of the step it computes.
 *
 * @param seed of the run; with epoch and sample index it keys dropout masks
 * @param epoch counted from 0
 * @param group the workers of this step, for layers whose statistics span the global batch
 */
public record StepContext(long seed, int epoch, ProcessGroup group) {}
