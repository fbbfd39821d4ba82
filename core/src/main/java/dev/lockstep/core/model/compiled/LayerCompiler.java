package dev.lockstep.core.model.compiled;

import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import java.util.Map;
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

    /**
     * The further buffers that {@link #compile} may ask for by {@link Compilation#buffer}: purpose and values a sample.
     *
     * @param hasInputGradient whether a layer before this one is trained
     */
    default Map<String, Integer> buffers(L spec, PlannedLayer layer, boolean hasInputGradient) {
        return Map.of();
    }

    /** What the kernels of one batch size have to themselves, beside the buffers. */
    default MemoryNeed ownMemory(L spec, PlannedLayer layer, int rows) {
        return MemoryNeed.NONE;
    }

    /** Values that a kernel may need for as long as it runs; kernels take turns with one such memory. */
    default long scratchFloats(L spec, PlannedLayer layer) {
        return 0;
    }

    /** Adds the kernels of both directions. */
    void compile(L spec, PlannedLayer layer, Compilation network);
}
