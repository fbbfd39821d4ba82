package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.OneOf;

/** An optimizer's settings. A new optimizer is one record, its {@link Optimizer} inside, and one entry here. */
@OneOf({
    SgdOptimizer.class,
    MomentumOptimizer.class,
    NesterovOptimizer.class,
    AdagradOptimizer.class,
    AdadeltaOptimizer.class,
    RmspropOptimizer.class,
    AdamOptimizer.class,
    AdamwOptimizer.class,
    NadamOptimizer.class
})
public interface OptimizerSpec {
    /** The step size. */
    double learningRate();

    /** Floats of state that a parameter needs: 0 for plain SGD, 2 for Adam. */
    int stateSlots();

    /** The rule that applies these settings, but for the learning rate, which every step is told. */
    Optimizer create();
}
