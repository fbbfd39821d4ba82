package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import org.jspecify.annotations.Nullable;

/**
 * How one kind of layer becomes kernels.
 *
 * @param <L> the layer
 */
interface LayerCompiler<L extends LayerSpec> {
    /** Why it cannot be compiled on this input, as a sentence; null when it can. */
    @Nullable
    String objection(L spec, PlannedLayer layer);

    /** Adds the kernels of both directions. */
    void compile(L spec, PlannedLayer layer, Compilation network);
}
