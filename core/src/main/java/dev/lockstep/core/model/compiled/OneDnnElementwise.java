package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.Activation;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** Kernels of oneDNN that treat every value, or every row of values, alike. */
final class OneDnnElementwise {
    /** An activation as part of the kernel before it. */
    record Fused(dnnl_primitive_attr attributes) {
        static @Nullable dnnl_primitive_attr attributes(@Nullable Fused fused) {
            return fused == null ? null : fused.attributes();
        }
    }

    private final OneDnn oneDnn;

    OneDnnElementwise(OneDnn oneDnn) {
        this.oneDnn = oneDnn;
    }

    /** Whether an activation can be computed. */
    static boolean supports(Activation activation) {
        return switch (activation) {
            case LINEAR, SOFTMAX, STEP -> true;
            default -> OneDnnFunction.of(activation) != null;
        };
    }

    /**
     * Whether the backward pass of an activation needs what came in, so that it must not be overwritten by what goes
     * out.
     */
    static boolean keepsInputs(Activation activation) {
        OneDnnFunction function = OneDnnFunction.of(activation);
        return function != null && function.keepsInputs();
    }

    /**
     * The attributes by which a kernel applies an activation to its own result; null when it cannot, or need not.
     */
    @Nullable
    Fused fused(Activation activation) {
        OneDnnFunction function = OneDnnFunction.of(activation);
        return function == null || !function.canBeFused()
                ? null
                : new Fused(oneDnn.followedBy(function.algorithm(), function.alpha(), function.beta()));
    }

    /** values[row, :] = activation(values[row, :] + bias); the activation must be one that {@link #fused} takes. */
    Kernel addBias(NativeFloats values, NativeFloats bias, @Nullable Fused fused, int rows, int columns) {
        return binary(
                dnnl.dnnl_binary_add,
                new Operand(values, rows, columns),
                new Operand(bias, 1, columns),
                values,
                Fused.attributes(fused));
    }

    /** product = left right, value by value. */
    Kernel multiply(NativeFloats left, NativeFloats right, NativeFloats product, int rows, int columns) {
        return binary(
                dnnl.dnnl_binary_mul,
                new Operand(left, rows, columns),
                new Operand(right, rows, columns),
                product,
                null);
    }

    /** outputs = 1 where inputs >= 0, else 0. */
    private Kernel step(NativeFloats inputs, NativeFloats outputs, int rows, int columns) {
        NativeFloats zero = NativeFloats.allocate(1);
        oneDnn.onClose(zero::close);
        return binary(dnnl.dnnl_binary_ge, new Operand(inputs, rows, columns), new Operand(zero, 1, 1), outputs, null);
    }

    /** A matrix that takes part in an operation. */
    private record Operand(NativeFloats values, int rows, int columns) {}

    /** result = operation(left, right), value by value; rows or columns that are one in the right are repeated. */
    private Kernel binary(
            int operation, Operand left, Operand right, NativeFloats result, @Nullable dnnl_primitive_attr attributes) {
        dnnl_memory_desc matrix = matrix(left.rows(), left.columns());
        dnnl_memory_desc repeated = matrix(right.rows(), right.columns());
        dnnl_primitive_desc description = oneDnn.description();
        OneDnn.check(
                dnnl.dnnl_binary_primitive_desc_create(
                        description, oneDnn.engine(), operation, matrix, repeated, matrix, attributes),
                "an operation on two matrices");
        return oneDnn.kernel(
                description,
                oneDnn.argument(dnnl.DNNL_ARG_SRC_0, matrix, left.values()),
                oneDnn.argument(dnnl.DNNL_ARG_SRC_1, repeated, right.values()),
                oneDnn.argument(dnnl.DNNL_ARG_DST, matrix, result));
    }

    /** outputs = activation(inputs); the two may be the same buffer unless {@link #keepsInputs}. */
    Kernel activate(Activation activation, NativeFloats inputs, NativeFloats outputs, int rows, int columns) {
        if (activation == Activation.STEP) {
            return step(inputs, outputs, rows, columns);
        }
        dnnl_memory_desc matrix = matrix(rows, columns);
        Kernel forward = oneDnn.kernel(
                forward(activation, matrix),
                oneDnn.argument(dnnl.DNNL_ARG_SRC, matrix, inputs),
                oneDnn.argument(dnnl.DNNL_ARG_DST, matrix, outputs));
        OneDnnFunction function = OneDnnFunction.of(activation);
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
        OneDnnFunction function = OneDnnFunction.required(activation);
        OneDnn.check(
                dnnl.dnnl_eltwise_backward_primitive_desc_create(
                        description,
                        oneDnn.engine(),
                        function.trainedAlgorithm(),
                        matrix,
                        matrix,
                        matrix,
                        function.alpha(),
                        function.beta(),
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
        OneDnnFunction function = OneDnnFunction.required(activation);
        OneDnn.check(
                dnnl.dnnl_eltwise_forward_primitive_desc_create(
                        description,
                        oneDnn.engine(),
                        dnnl.dnnl_forward_training,
                        function.trainedAlgorithm(),
                        matrix,
                        matrix,
                        function.alpha(),
                        function.beta(),
                        null),
                "an activation");
        return description;
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
