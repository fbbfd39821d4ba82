package dev.lockstep.core.model.compiled;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.Conv2DLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.layer.MaxPooling2DLayer;
import dev.lockstep.core.model.layer.WindowGeometry;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Pooling over images (height, width, channels).
 *
 * @param <L> the layer
 */
final class PoolingCompiler<L extends LayerSpec> implements LayerCompiler<L> {
    private static final String UNUSED = "unused gradient";

    /** What a window becomes. */
    @FunctionalInterface
    interface Operation {
        OneDnnWindows.Pooling on(OneDnnWindows windows, OneDnnWindows.Buffers buffers);
    }

    private final Operation operation;
    private final BiFunction<L, Shape, WindowGeometry> geometry;

    /** @param geometry the windows of a layer on its input */
    PoolingCompiler(Operation operation, BiFunction<L, Shape, WindowGeometry> geometry) {
        this.operation = operation;
        this.geometry = geometry;
    }

    /**
     * Whether a layer is a max pooling that differentiates the relu of the layer before it. The gradient of a window goes
     * to its largest value alone, which is what the pooling gives: relu may be differentiated there, on a quarter of the
     * values where windows are 2 x 2.
     */
    static boolean differentiatesFor(PlannedLayer pooling, @Nullable PlannedLayer before) {
        return pooling.spec() instanceof MaxPooling2DLayer
                && before != null
                && before.spec() instanceof Conv2DLayer convolution
                && convolution.activation() == Activation.RELU;
    }

    @Override
    public @Nullable String objection(L spec, PlannedLayer layer) {
        return null;
    }

    @Override
    public Map<String, Integer> buffers(L spec, PlannedLayer layer, boolean hasInputGradient) {
        return hasInputGradient ? Map.of() : Map.of(UNUSED, layer.input().size());
    }

    /** Which cell of each window was the largest. */
    @Override
    public MemoryNeed ownMemory(L spec, PlannedLayer layer, int rows) {
        return MemoryNeed.offHeapFloats(ByteCount.product(rows, layer.output().size()));
    }

    @Override
    public void compile(L spec, PlannedLayer layer, Compilation network) {
        WindowGeometry windows = geometry.apply(spec, layer.input());
        NativeFloats inputGradient = network.inputGradient();
        // Where nobody needs the gradient it still has to be written somewhere for the pair to be made.
        NativeFloats target =
                inputGradient == null ? network.buffer(UNUSED, layer.input().size()) : inputGradient;
        OneDnnWindows.Pooling pooling = operation.on(
                new OneDnnWindows(network.oneDnn(), windows, network.rows(), windows.inputChannels()),
                new OneDnnWindows.Buffers(network.input(), target, network.output(), network.outputGradient()));
        network.forward(pooling.forward());
        if (inputGradient != null) {
            if (differentiatesFor(layer, network.previous())) {
                network.backward(new OneDnnElementwise(network.oneDnn())
                        .differentiate(
                                Activation.RELU,
                                network.output(),
                                network.outputGradient(),
                                network.rows(),
                                layer.output().size()));
            }
            network.backward(pooling.backward());
        }
    }
}
