package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.DenseLayer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Y = activation(X W + b) as products; the flat vector holds W transposed, [units, inputs] in row order. */
final class DenseCompiler implements LayerCompiler<DenseLayer> {
    @Override
    public @Nullable String objection(DenseLayer spec, PlannedLayer layer) {
        return OneDnnElementwise.supports(spec.activation())
                ? null
                : "the activation " + spec.activation() + " has no kernel";
    }

    @Override
    public Map<String, Integer> buffers(DenseLayer spec, PlannedLayer layer, boolean hasInputGradient) {
        return ActivationKernels.buffers(spec.activation(), layer.output().size());
    }

    @Override
    public void compile(DenseLayer spec, PlannedLayer layer, Compilation network) {
        int rows = network.rows();
        int inputs = layer.input().size();
        int units = spec.units();
        OneDnn oneDnn = network.oneDnn();
        NativeFloats kernel = network.parameter("kernel");
        NativeFloats gradient = network.outputGradient();
        ActivationKernels activation = new ActivationKernels(network, spec.activation(), rows, units, units);

        network.forward(oneDnn.product(network.input(), false, kernel, true, activation.before(), rows, units, inputs));
        if (spec.useBias()) {
            activation.addBias(network.parameter("bias"));
        } else {
            activation.activate();
        }

        activation.differentiate();
        if (layer.isTrained()) {
            network.backward(oneDnn.product(
                    gradient, true, network.input(), false, network.gradient("kernel"), units, inputs, rows));
        }
        if (layer.isTrained() && spec.useBias()) {
            network.backward(
                    oneDnn.product(network.ones(), false, gradient, false, network.gradient("bias"), 1, units, rows));
        }
        NativeFloats inputGradient = network.inputGradient();
        if (inputGradient != null) {
            network.backward(oneDnn.product(gradient, false, kernel, false, inputGradient, rows, inputs, units));
        }
    }
}
