package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.PoolingLayer;
import dev.lockstep.core.model.layer.WindowGeometry;
import org.jspecify.annotations.Nullable;

/**
 * Pooling over images (height, width, channels).
 *
 * @param <L> the layer
 */
final class PoolingCompiler<L extends PoolingLayer> implements LayerCompiler<L> {
    /** What a window becomes. */
    @FunctionalInterface
    interface Operation {
        OneDnnWindows.Pooling on(OneDnnWindows windows, OneDnnWindows.Buffers buffers);
    }

    private final Operation operation;

    PoolingCompiler(Operation operation) {
        this.operation = operation;
    }

    @Override
    public @Nullable String objection(L spec, PlannedLayer layer) {
        return null;
    }

    @Override
    public void compile(L spec, PlannedLayer layer, Compilation network) {
        WindowGeometry windows = spec.geometry(layer.input());
        NativeFloats inputGradient = network.inputGradient();
        // Where nobody needs the gradient it still has to be written somewhere for the pair to be made.
        NativeFloats target = inputGradient == null
                ? network.buffer("unused gradient", layer.input().size())
                : inputGradient;
        OneDnnWindows.Pooling pooling = operation.on(
                new OneDnnWindows(network.oneDnn(), windows, network.rows(), windows.inputChannels()),
                new OneDnnWindows.Buffers(network.input(), target, network.output(), network.outputGradient()));
        network.forward(pooling.forward());
        if (inputGradient != null) {
            network.backward(pooling.backward());
        }
    }
}
