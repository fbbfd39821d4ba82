package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.OneOf;

/** An optimizer's settings. A new optimizer is one record, its {@link Optimizer} inside, and one entry here. */
@OneOf({SgdOptimizer.class, AdamOptimizer.class})
public interface OptimizerSpec {
    /** Floats of state that a parameter needs: 0 for plain SGD, 2 for Adam. */
    int stateSlots();

    /** The rule that applies these settings. */
    Optimizer create();
}
