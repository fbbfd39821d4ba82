package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.Conv2DLayer;
import dev.lockstep.core.model.layer.WindowGeometry;
import org.jspecify.annotations.Nullable;

/** Convolution over images (height, width, channels). */
final class ConvolutionCompiler implements LayerCompiler<Conv2DLayer> {
    @Override
    public @Nullable String objection(Conv2DLayer spec, PlannedLayer layer) {
        return OneDnnElementwise.supports(spec.activation())
                ? null
                : "the activation " + spec.activation() + " has no kernel";
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
