package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.Conv2DLayer;
import dev.lockstep.core.model.layer.DropoutLayer;
import dev.lockstep.core.model.layer.WindowGeometry;

/** The memory of networks that DL4J computes. */
public final class Dl4jMemory {
    /** What ND4J has of its own. */
    private static final long LIBRARY_BYTES = 64L << 20;

    private Dl4jMemory() {}

    /**
     * What a replica allocates, and DL4J with it; nothing is allocated here. DL4J's workspaces follow what it has seen:
     * taken are all values that layers pass on and back, twice, and the windows of convolutions side by side.
     *
     * @param maximumBatchSize as in {@link Dl4jReplica#create}
     */
    public static MemoryNeed of(NetworkPlan plan, int maximumBatchSize) {
        long rows = Math.max(2, maximumBatchSize);
        long passedOn = plan.inputShape().size();
        long windows = 0;
        long factors = 0;
        for (PlannedLayer layer : plan.layers()) {
            passedOn = ByteCount.sum(passedOn, layer.output().size());
            windows = Math.max(windows, windowValues(layer));
            factors = ByteCount.sum(
                    factors,
                    layer.spec() instanceof DropoutLayer ? layer.input().size() : 0);
        }
        long outputs = ByteCount.product(2, plan.outputShape().size());
        long parameters = plan.parameterCount();
        return MemoryNeed.heapFloats(
                        ByteCount.sum(ByteCount.product(3, parameters), ByteCount.product(rows, outputs + factors)))
                .plus(MemoryNeed.offHeapFloats(ByteCount.sum(
                        ByteCount.product(3, parameters),
                        ByteCount.product(4, rows, ByteCount.sum(passedOn, factors)),
                        ByteCount.product(2, rows, windows))))
                .plus(MemoryNeed.offHeap(LIBRARY_BYTES));
    }

    private static long windowValues(PlannedLayer layer) {
        if (!(layer.spec() instanceof Conv2DLayer convolution)) {
            return 0;
        }
        WindowGeometry windows = convolution.geometry(layer.input());
        return ByteCount.product(
                windows.outputHeight(),
                windows.outputWidth(),
                windows.kernelHeight(),
                windows.kernelWidth(),
                windows.inputChannels());
    }
}
