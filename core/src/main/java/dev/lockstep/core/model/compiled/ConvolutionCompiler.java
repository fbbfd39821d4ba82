package dev.lockstep.core.model.compiled;

import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.Conv2DLayer;
import dev.lockstep.core.model.layer.WindowGeometry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Convolution over images (height, width, channels). */
final class ConvolutionCompiler implements LayerCompiler<Conv2DLayer> {
    /** The most channels that oneDNN's layouts put side by side. */
    private static final int CHANNEL_BLOCK = 64;

    @Override
    public @Nullable String objection(Conv2DLayer spec, PlannedLayer layer) {
        return OneDnnElementwise.supports(spec.activation())
                ? null
                : "the activation " + spec.activation() + " has no kernel";
    }

    @Override
    public Map<String, Integer> buffers(Conv2DLayer spec, PlannedLayer layer, boolean hasInputGradient) {
        return ActivationKernels.buffers(spec.activation(), layer.output().size());
    }

    /** The weights as the kernels want them, once for each direction, in blocks of channels that may not be full. */
    @Override
    public MemoryNeed ownMemory(Conv2DLayer spec, PlannedLayer layer, int rows) {
        return MemoryNeed.offHeapFloats(ByteCount.product(3, arrangedWeights(spec, layer)));
    }

    /** The windows of one image side by side, and some copies of the weights and of the images. */
    @Override
    public long scratchFloats(Conv2DLayer spec, PlannedLayer layer) {
        WindowGeometry windows = spec.geometry(layer.input());
        long cells = ByteCount.product(windows.outputHeight(), windows.outputWidth());
        long window = ByteCount.product(windows.kernelHeight(), windows.kernelWidth(), windows.inputChannels());
        return ByteCount.sum(
                ByteCount.product(cells, window),
                ByteCount.product(4, arrangedWeights(spec, layer)),
                ByteCount.product(4, blocks(windows.inputChannels()), windows.inputHeight(), windows.inputWidth()),
                ByteCount.product(4, blocks(spec.filters()), cells));
    }

    private static long arrangedWeights(Conv2DLayer spec, PlannedLayer layer) {
        WindowGeometry windows = spec.geometry(layer.input());
        return ByteCount.product(
                blocks(spec.filters()), blocks(windows.inputChannels()), windows.kernelHeight(), windows.kernelWidth());
    }

    /** Channels rounded up to whole blocks. */
    private static long blocks(int channels) {
        return ByteCount.product(((long) channels + CHANNEL_BLOCK - 1) / CHANNEL_BLOCK, CHANNEL_BLOCK);
    }

    @Override
    public void compile(Conv2DLayer spec, PlannedLayer layer, Compilation network) {
        WindowGeometry windows = spec.geometry(layer.input());
        int cells = network.rows() * windows.outputHeight() * windows.outputWidth();
        ActivationKernels activation = new ActivationKernels(
                network,
                spec.activation(),
                cells,
                spec.filters(),
                layer.output().size());
        NativeFloats bias = spec.useBias() ? network.parameter("bias") : null;
        NativeFloats biasGradient = spec.useBias() ? network.gradient("bias") : null;
        OneDnnWindows.Convolution convolution = new OneDnnWindows(
                        network.oneDnn(), windows, network.rows(), spec.filters())
                .convolution(network.parameter("kernel"), bias, activation.fused());

        network.forward(convolution.forward(network.input(), activation.before()));
        activation.activateUnlessFused();

        activation.differentiate();
        NativeFloats gradient = network.outputGradient();
        if (layer.isTrained()) {
            network.backward(
                    convolution.parameterGradient(network.input(), gradient, network.gradient("kernel"), biasGradient));
        }
        NativeFloats inputGradient = network.inputGradient();
        if (inputGradient != null) {
            network.backward(convolution.inputGradient(gradient, inputGradient));
        }
    }
}
