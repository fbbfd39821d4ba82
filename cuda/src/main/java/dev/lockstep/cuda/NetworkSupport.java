package dev.lockstep.cuda;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.ActivationLayer;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.model.layer.Conv2DLayer;
import dev.lockstep.core.model.layer.DenseLayer;
import dev.lockstep.core.model.layer.DropoutLayer;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.GlobalAveragePooling2DLayer;
import dev.lockstep.core.model.layer.InputLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.layer.PoolingLayer;
import dev.lockstep.core.model.layer.ReshapeLayer;
import dev.lockstep.core.model.layer.WindowGeometry;
import dev.lockstep.core.model.layer.WindowLayer;
import dev.lockstep.core.model.loss.LossGradient;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which networks have kernels here. */
final class NetworkSupport {
    /** What cuDNN has, or what its functions make up. */
    private static final Set<Activation> ACTIVATIONS = EnumSet.of(
            Activation.LINEAR,
            Activation.SIGMOID,
            Activation.TANH,
            Activation.RELU,
            Activation.ELU,
            Activation.SELU,
            Activation.SWISH,
            Activation.SOFTMAX);

    private NetworkSupport() {}

    /** What of a network has no kernels, a sentence for each; empty when all has. */
    static List<String> objections(NetworkPlan plan) {
        List<String> objections = new ArrayList<>();
        for (PlannedLayer layer : plan.layers()) {
            String objection = objection(layer);
            if (objection != null) {
                objections.add("layer \"" + layer.name() + "\" (" + layer.kind() + "): " + objection);
            }
        }
        String lossObjection = LossGradient.objection(plan.loss());
        if (lossObjection != null) {
            objections.add(lossObjection);
        }
        if (plan.parameterCount() == 0) {
            objections.add("the network has no parameters to train; add a dense layer");
        }
        return objections;
    }

    private static @Nullable String objection(PlannedLayer layer) {
        LayerSpec spec = layer.spec();
        if (changesNothing(spec) || spec instanceof DropoutLayer || spec instanceof GlobalAveragePooling2DLayer) {
            return null;
        }
        if (spec instanceof DenseLayer || spec instanceof ActivationLayer) {
            return objection(spec.activation());
        }
        if (spec instanceof Conv2DLayer convolution) {
            String objection = objection(convolution.activation());
            return objection == null ? paddingObjection(convolution, layer) : objection;
        }
        if (spec instanceof PoolingLayer pooling) {
            return paddingObjection(pooling, layer);
        }
        if (spec instanceof BatchNormalizationLayer) {
            return "it is computed on the processor alone, where its moments span the workers";
        }
        return "this kind of layer has no kernels on a GPU";
    }

    /** Values lie row by row with the last dimension fastest, whatever their shape. */
    static boolean changesNothing(LayerSpec spec) {
        return spec instanceof FlattenLayer
                || spec instanceof ReshapeLayer
                || spec instanceof InputLayer
                || (spec instanceof DropoutLayer dropout && dropout.rate() == 0)
                || (spec instanceof ActivationLayer && spec.activation() == Activation.LINEAR);
    }

    private static @Nullable String objection(Activation activation) {
        return ACTIVATIONS.contains(activation)
                ? null
                : "the activation " + activation.name().toLowerCase(Locale.ROOT) + " has no kernel in cuDNN";
    }

    private static @Nullable String paddingObjection(WindowLayer spec, PlannedLayer layer) {
        return isSymmetric(spec.geometry(layer.input()))
                ? null
                : "padding: same needs one cell more after the image than before it, which cuDNN does not have";
    }

    /** Whether as many cells of padding lie before the image as after it, in both directions. */
    static boolean isSymmetric(WindowGeometry windows) {
        return missing(windows.inputHeight(), windows.outputHeight(), windows.kernelHeight(), windows.strideHeight())
                                % 2
                        == 0
                && missing(windows.inputWidth(), windows.outputWidth(), windows.kernelWidth(), windows.strideWidth())
                                % 2
                        == 0;
    }

    /** Cells that the windows cover beyond the image, on both sides together. */
    private static int missing(int inputs, int outputs, int kernel, int stride) {
        return Math.max((outputs - 1) * stride + kernel - inputs, 0);
    }
}
