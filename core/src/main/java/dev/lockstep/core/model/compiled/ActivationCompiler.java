package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.ActivationLayer;
import org.jspecify.annotations.Nullable;

/** An activation over the values of the layer before it, softmax over their last dimension. */
final class ActivationCompiler implements LayerCompiler<ActivationLayer> {
    @Override
    public @Nullable String objection(ActivationLayer spec, PlannedLayer layer) {
        return OneDnnElementwise.supports(spec.activation())
                ? null
                : "the activation " + spec.activation() + " has no kernel";
    }

    @Override
    public void compile(ActivationLayer spec, PlannedLayer layer, Compilation network) {
        Activation activation = spec.activation();
        if (activation == Activation.LINEAR) {
            network.passThrough();
            return;
        }
        int values = layer.input().size();
        int columns = layer.input().dimensions().get(layer.input().rank() - 1);
        int rows = network.rows() * (values / columns);
        OneDnnElementwise elementwise = new OneDnnElementwise(network.oneDnn());
        network.forward(elementwise.activate(activation, network.input(), network.output(), rows, columns));

        network.shareGradient();
        boolean isNeeded = network.inputGradient() != null && !network.activationIsDifferentiated();
        if (isNeeded && activation.isDifferentiable()) {
            NativeFloats kept = OneDnnElementwise.keepsInputs(activation) ? network.input() : network.output();
            network.backward(elementwise.differentiate(activation, kept, network.outputGradient(), rows, columns));
        }
    }
}
