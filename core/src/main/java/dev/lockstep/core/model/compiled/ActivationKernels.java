package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.Activation;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The activation behind a product or a convolution: fused into the kernel before it where it can be, else a kernel of
 * its own, in place where its backward pass does not need what came in.
 */
final class ActivationKernels {
    private static final String BEFORE = "before activation";

    private final Compilation network;
    private final Activation activation;
    private final int rows;
    private final int columns;
    private final OneDnnElementwise elementwise;
    private final OneDnnElementwise.@Nullable Fused fused;
    private final NativeFloats before;

    /** @param columns values that softmax goes over: the units of a dense layer, the channels of an image */
    ActivationKernels(Compilation network, Activation activation, int rows, int columns, int valuesPerSample) {
        this.network = network;
        this.activation = activation;
        this.rows = rows;
        this.columns = columns;
        elementwise = new OneDnnElementwise(network.oneDnn());
        fused = elementwise.fused(activation);
        before = OneDnnElementwise.keepsInputs(activation) ? network.buffer(BEFORE, valuesPerSample) : network.output();
    }

    /** The buffer that it asks for, if any: purpose and values a sample. */
    static Map<String, Integer> buffers(Activation activation, int valuesPerSample) {
        return OneDnnElementwise.keepsInputs(activation) ? Map.of(BEFORE, valuesPerSample) : Map.of();
    }

    /** Where the kernel before the activation writes. */
    NativeFloats before() {
        return before;
    }

    /** For a kernel that can apply the activation itself; null where it cannot or need not. */
    OneDnnElementwise.@Nullable Fused fused() {
        return fused;
    }

    /** Adds the bias, and with it the activation where that can be fused. */
    void addBias(NativeFloats bias) {
        network.forward(elementwise.addBias(before, bias, fused, rows, columns));
        activateUnlessFused();
    }

    /** Adds the activation unless the kernel before it has applied it. */
    void activateUnlessFused() {
        if (fused == null) {
            activate();
        }
    }

    /** Adds the activation. */
    void activate() {
        if (activation != Activation.LINEAR) {
            network.forward(elementwise.activate(activation, before, network.output(), rows, columns));
        }
    }

    /** Adds the step from the gradient behind the activation to the one before it, in place. */
    void differentiate() {
        // What has no gradient is used for inference alone, or with a loss that does without it.
        boolean isNeeded =
                activation.isDifferentiable() && !network.activationIsDifferentiated() && network.runsBackward();
        if (activation != Activation.LINEAR && isNeeded) {
            network.backward(elementwise.differentiate(activation, before, network.outputGradient(), rows, columns));
        }
    }
}
