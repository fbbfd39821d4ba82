package dev.lockstep.core.optimizer;

/**
 * How a mean gradient becomes new parameters.
 *
 * @param optimizer that takes the step
 * @param clipping of the gradient before it
 */
public record UpdateRule(OptimizerSpec optimizer, GradientClipping clipping) {
    /** An optimizer as it is. */
    public static UpdateRule of(OptimizerSpec optimizer) {
        return new UpdateRule(optimizer, GradientClipping.NONE);
    }
}
