package dev.lockstep.core.model.compiled;

import static java.util.Map.entry;

import dev.lockstep.core.model.Activation;
import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * How oneDNN computes an activation that is a differentiable function of one value.
 *
 * @param algorithm forward
 * @param alpha its first parameter
 * @param beta its second parameter
 * @param scale what its result is multiplied by
 * @param fromOutput the algorithm whose backward pass needs the outputs only; 0 where it needs the inputs
 */
record OneDnnFunction(int algorithm, float alpha, float beta, float scale, int fromOutput) {
    private static final float SELU_ALPHA = 1.6732632f;
    private static final float SELU_SCALE = 1.050701f;
    private static final float LEAKY_RELU_SLOPE = 0.2f;

    /** A new activation is one entry here. */
    private static final Map<Activation, OneDnnFunction> FUNCTIONS = new EnumMap<>(Map.ofEntries(
            entry(Activation.RELU, ofOutput(dnnl.dnnl_eltwise_relu, 0, dnnl.dnnl_eltwise_relu_use_dst_for_bwd)),
            entry(
                    Activation.LEAKY_RELU,
                    ofOutput(dnnl.dnnl_eltwise_relu, LEAKY_RELU_SLOPE, dnnl.dnnl_eltwise_relu_use_dst_for_bwd)),
            entry(
                    Activation.SIGMOID,
                    ofOutput(dnnl.dnnl_eltwise_logistic, 0, dnnl.dnnl_eltwise_logistic_use_dst_for_bwd)),
            entry(Activation.TANH, ofOutput(dnnl.dnnl_eltwise_tanh, 0, dnnl.dnnl_eltwise_tanh_use_dst_for_bwd)),
            entry(Activation.ELU, ofOutput(dnnl.dnnl_eltwise_elu, 1, dnnl.dnnl_eltwise_elu_use_dst_for_bwd)),
            entry(Activation.SELU, ofInput(dnnl.dnnl_eltwise_elu, SELU_ALPHA, 0, SELU_SCALE)),
            entry(Activation.SOFTPLUS, ofInput(dnnl.dnnl_eltwise_soft_relu, 1, 0, 1)),
            entry(Activation.SWISH, ofInput(dnnl.dnnl_eltwise_swish, 1, 0, 1)),
            entry(Activation.GELU, ofInput(dnnl.dnnl_eltwise_gelu_erf, 0, 0, 1)),
            entry(Activation.HARD_SIGMOID, ofInput(dnnl.dnnl_eltwise_hardsigmoid, 1f / 6, 0.5f, 1))));

    private static OneDnnFunction ofOutput(int algorithm, float alpha, int fromOutput) {
        return new OneDnnFunction(algorithm, alpha, 0, 1, fromOutput);
    }

    private static OneDnnFunction ofInput(int algorithm, float alpha, float beta, float scale) {
        return new OneDnnFunction(algorithm, alpha, beta, scale, 0);
    }

    /** The function of an activation; null for linear, softmax and step, which are computed otherwise. */
    static @Nullable OneDnnFunction of(Activation activation) {
        return FUNCTIONS.get(activation);
    }

    /** The same for an activation that is one. */
    static OneDnnFunction required(Activation activation) {
        OneDnnFunction function = FUNCTIONS.get(activation);
        if (function == null) {
            throw new IllegalStateException(activation + " is no differentiable function of one value");
        }
        return function;
    }

    /** Whether the backward pass needs what came in, so that it must not be overwritten by what goes out. */
    boolean keepsInputs() {
        return fromOutput == 0;
    }

    /** Whether a kernel can apply it to its own result. */
    boolean canBeFused() {
        return !keepsInputs() && scale == 1;
    }

    /** The algorithm that makes a pair of both directions. */
    int trainedAlgorithm() {
        return keepsInputs() ? algorithm : fromOutput;
    }
}
