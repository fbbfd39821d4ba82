package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.Activation;
import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** Kernels of oneDNN that treat every value, or every row of values, alike. */
final class OneDnnElementwise {
    /**
     * How oneDNN computes an activation.
     *
     * @param algorithm forward
     * @param alpha its parameter
     * @param scale what its result is multiplied by
     * @param fromOutput the algorithm whose backward pass needs the outputs only; 0 where it needs the inputs
     */
    private record Function(int algorithm, float alpha, float scale, int fromOutput) {
        boolean keepsInputs() {
            return fromOutput == 0;
        }
    }

    /** An activation as part of the kernel before it. */
    record Fused(dnnl_primitive_attr attributes) {
        static @Nullable dnnl_primitive_attr attributes(@Nullable Fused fused) {
            return fused == null ? null : fused.attributes();
        }
    }

    private static final float SELU_ALPHA = 1.6732632f;
    private static final float SELU_SCALE = 1.050701f;

    /** A new activation is one entry here. Linear and softmax are none: they are not functions of one value. */
    private static final Map<Activation, Function> FUNCTIONS = new EnumMap<>(Map.of(
            Activation.RELU, new Function(dnnl.dnnl_eltwise_relu, 0, 1, dnnl.dnnl_eltwise_relu_use_dst_for_bwd),
            Activation.SIGMOID,
                    new Function(dnnl.dnnl_eltwise_logistic, 0, 1, dnnl.dnnl_eltwise_logistic_use_dst_for_bwd),
            Activation.TANH, new Function(dnnl.dnnl_eltwise_tanh, 0, 1, dnnl.dnnl_eltwise_tanh_use_dst_for_bwd),
            Activation.ELU, new Function(dnnl.dnnl_eltwise_elu, 1, 1, dnnl.dnnl_eltwise_elu_use_dst_for_bwd),
            Activation.SELU, new Function(dnnl.dnnl_eltwise_elu, SELU_ALPHA, SELU_SCALE, 0),
            Activation.SOFTPLUS, new Function(dnnl.dnnl_eltwise_soft_relu, 1, 1, 0),
            Activation.SWISH, new Function(dnnl.dnnl_eltwise_swish, 1, 1, 0)));

    private final OneDnn oneDnn;

    OneDnnElementwise(OneDnn oneDnn) {
        this.oneDnn = oneDnn;
    }

    /** Whether an activation can be computed. */
    static boolean supports(Activation activation) {
        return activation == Activation.LINEAR || activation == Activation.SOFTMAX || FUNCTIONS.containsKey(activation);
    }

    /**
     * Whether the backward pass of an activation needs what came in, so that it must not be overwritten by what goes
     * out.
     */
    static boolean keepsInputs(Activation activation) {
        Function function = FUNCTIONS.get(activation);
        return function != null && function.keepsInputs();
    }

    /**
     * The attributes by which a kernel applies an activation to its own result; null when it cannot, or need not.
     */
    @Nullable
    Fused fused(Activation activation) {
        Function function = FUNCTIONS.get(activation);
        return function == null || function.keepsInputs() || function.scale() != 1
                ? null
                : new Fused(oneDnn.followedBy(function.algorithm(), function.alpha(), 0));
    }

    /** values[row, :] = activation(values[row, :] + bias); the activation must be one that {@link #fused} takes. */
    Kernel addBias(NativeFloats values, NativeFloats bias, @Nullable Fused fused, int rows, int columns) {
        dnnl_memory_desc matrix = matrix(rows, columns);
        dnnl_memory_desc row = matrix(1, columns);
        dnnl_primitive_desc description = oneDnn.description();
        OneDnn.check(
                dnnl.dnnl_binary_primitive_desc_create(
                        description,
                        oneDnn.engine(),
                        dnnl.dnnl_binary_add,
                        matrix,
                        row,
                        matrix,
                        Fused.attributes(fused)),
                "adding a bias");
        return oneDnn.kernel(
                description,
                oneDnn.argument(dnnl.DNNL_ARG_SRC_0, matrix, values),
                oneDnn.argument(dnnl.DNNL_ARG_SRC_1, row, bias),
                oneDnn.argument(dnnl.DNNL_ARG_DST, matrix, values));
    }

    /** product = left right, value by value. */
    Kernel multiply(NativeFloats left, NativeFloats right, NativeFloats product, int rows, int columns) {
        dnnl_memory_desc matrix = matrix(rows, columns);
        dnnl_primitive_desc description = oneDnn.description();
        OneDnn.check(
                dnnl.dnnl_binary_primitive_desc_create(
                        description, oneDnn.engine(), dnnl.dnnl_binary_mul, matrix, matrix, matrix, null),
                "a product of values");
        return oneDnn.kernel(
                description,
                oneDnn.argument(dnnl.DNNL_ARG_SRC_0, matrix, left),
                oneDnn.argument(dnnl.DNNL_ARG_SRC_1, matrix, right),
                oneDnn.argument(dnnl.DNNL_ARG_DST, matrix, product));
    }

    /** outputs = activation(inputs); the two may be the same buffer unless {@link #keepsInputs}. */
    Kernel activate(Activation activation, NativeFloats inputs, NativeFloats outputs, int rows, int columns) {
        dnnl_memory_desc matrix = matrix(rows, columns);
        Kernel forward = oneDnn.kernel(
                forward(activation, matrix),
                oneDnn.argument(dnnl.DNNL_ARG_SRC, matrix, inputs),
                oneDnn.argument(dnnl.DNNL_ARG_DST, matrix, outputs));
        Function function = FUNCTIONS.get(activation);
        return function == null ? forward : scaled(forward, outputs, function.scale(), matrix);
    }

    /**
     * Turns the gradient at an activation's outputs into the one at its inputs, in place.
     *
     * @param kept what {@link #activate} got, where it {@link #keepsInputs}; else what it gave
     */
    Kernel differentiate(Activation activation, NativeFloats kept, NativeFloats gradient, int rows, int columns) {
        dnnl_memory_desc matrix = matrix(rows, columns);
        dnnl_primitive_desc description = oneDnn.description();
        dnnl_primitive_desc forward = forward(activation, matrix);
        if (activation == Activation.SOFTMAX) {
            OneDnn.check(
                    dnnl.dnnl_softmax_backward_primitive_desc_create(
                            description,
                            oneDnn.engine(),
                            dnnl.dnnl_softmax_accurate,
                            matrix,
                            matrix,
                            matrix,
                            1,
                            forward,
                            null),
                    "the gradient of softmax");
            return oneDnn.kernel(
                    description,
                    oneDnn.argument(dnnl.DNNL_ARG_DST, matrix, kept),
                    oneDnn.argument(dnnl.DNNL_ARG_DIFF_DST, matrix, gradient),
                    oneDnn.argument(dnnl.DNNL_ARG_DIFF_SRC, matrix, gradient));
        }
        Function function = function(activation);
        OneDnn.check(
                dnnl.dnnl_eltwise_backward_primitive_desc_create(
                        description,
                        oneDnn.engine(),
                        function.keepsInputs() ? function.algorithm() : function.fromOutput(),
                        matrix,
                        matrix,
                        matrix,
                        function.alpha(),
                        0,
                        forward,
                        null),
                "the gradient of an activation");
        Kernel backward = oneDnn.kernel(
                description,
                oneDnn.argument(function.keepsInputs() ? dnnl.DNNL_ARG_SRC : dnnl.DNNL_ARG_DST, matrix, kept),
                oneDnn.argument(dnnl.DNNL_ARG_DIFF_DST, matrix, gradient),
                oneDnn.argument(dnnl.DNNL_ARG_DIFF_SRC, matrix, gradient));
        return scaled(backward, gradient, function.scale(), matrix);
    }

    /** A kernel whose results are multiplied by a factor behind it. */
    private Kernel scaled(Kernel kernel, NativeFloats results, float factor, dnnl_memory_desc matrix) {
        if (factor == 1) {
            return kernel;
        }
        Kernel scale = scale(results, factor, matrix);
        return () -> {
            kernel.run();
            scale.run();
        };
    }

    private Kernel scale(NativeFloats values, float factor, dnnl_memory_desc matrix) {
        dnnl_primitive_desc description = oneDnn.description();
        OneDnn.check(
                dnnl.dnnl_eltwise_forward_primitive_desc_create(
                        description,
                        oneDnn.engine(),
                        dnnl.dnnl_forward_inference,
                        dnnl.dnnl_eltwise_linear,
                        matrix,
                        matrix,
                        factor,
                        0,
                        null),
                "scaling");
        return oneDnn.kernel(
                description,
                oneDnn.argument(dnnl.DNNL_ARG_SRC, matrix, values),
                oneDnn.argument(dnnl.DNNL_ARG_DST, matrix, values));
    }

    private dnnl_primitive_desc forward(Activation activation, dnnl_memory_desc matrix) {
        dnnl_primitive_desc description = oneDnn.description();
        if (activation == Activation.SOFTMAX) {
            OneDnn.check(
                    dnnl.dnnl_softmax_forward_primitive_desc_create(
                            description,
                            oneDnn.engine(),
                            dnnl.dnnl_forward_training,
                            dnnl.dnnl_softmax_accurate,
                            matrix,
                            matrix,
                            1,
                            null),
                    "softmax");
            return description;
        }
        Function function = function(activation);
        OneDnn.check(
                dnnl.dnnl_eltwise_forward_primitive_desc_create(
                        description,
                        oneDnn.engine(),
                        dnnl.dnnl_forward_training,
                        function.keepsInputs() ? function.algorithm() : function.fromOutput(),
                        matrix,
                        matrix,
                        function.alpha(),
                        0,
                        null),
                "an activation");
        return description;
    }

    private static Function function(Activation activation) {
        Function function = FUNCTIONS.get(activation);
        if (function == null) {
            throw new IllegalStateException(activation + " is no function of one value");
        }
        return function;
    }

    /** Floats = factor times bytes without sign. */
    Kernel decodeBytes(BytePointer bytes, NativeFloats factor, NativeFloats floats, int rows, int columns) {
        dnnl_memory_desc from = oneDnn.typedLayout(dnnl.dnnl_u8, dnnl.dnnl_ab, rows, columns);
        dnnl_memory_desc to = matrix(rows, columns);
        dnnl_primitive_attr attributes = oneDnn.attributes();
        OneDnn.check(dnnl.dnnl_primitive_attr_set_scales_mask(attributes, dnnl.DNNL_ARG_SRC, 0), "a factor for bytes");
        dnnl_primitive_desc description = oneDnn.description();
        OneDnn.check(
                dnnl.dnnl_reorder_primitive_desc_create(
                        description, from, oneDnn.engine(), to, oneDnn.engine(), attributes),
                "decoding bytes");
        return oneDnn.kernel(
                description,
                new OneDnn.Argument(dnnl.DNNL_ARG_FROM, oneDnn.memory(from, bytes)),
                oneDnn.argument(dnnl.DNNL_ARG_TO, to, floats),
                oneDnn.argument(dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_SRC, oneDnn.layout(dnnl.dnnl_a, 1), factor));
    }

    private dnnl_memory_desc matrix(int rows, int columns) {
        return oneDnn.layout(dnnl.dnnl_ab, rows, columns);
    }
}
