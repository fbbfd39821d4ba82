package dev.lockstep.cuda;

import dev.lockstep.core.model.Activation;
import dev.lockstep.cuda.DeviceOperations.Passes;
import org.bytedeco.cuda.cudnn.cudnnActivationStruct;
import org.bytedeco.cuda.cudnn.cudnnOpTensorStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Activations by cuDNN, whose results are {@code factor f(x) + kept y}. The gradient is changed in place, which cuDNN
 * allows where both have one description; inputs and outputs are two buffers, since it may read either.
 */
final class CudaActivations {
    private static final double ELU_ALPHA = 1;
    private static final double SELU_ALPHA = 1.6732632;
    private static final float SELU_SCALE = 1.050701f;

    private final CudaContext context;

    CudaActivations(CudaContext context) {
        this.context = context;
    }

    /** Where an activation reads and writes. */
    record Buffers(DeviceFloats before, DeviceFloats after, DeviceFloats gradient) {}

    /** What cuDNN has as it is. */
    Passes simple(Activation activation, cudnnTensorStruct row, Buffers buffers) {
        cudnnActivationStruct function =
                switch (activation) {
                    case RELU -> function(cudnn.CUDNN_ACTIVATION_RELU, 0);
                    case SIGMOID -> function(cudnn.CUDNN_ACTIVATION_SIGMOID, 0);
                    case TANH -> function(cudnn.CUDNN_ACTIVATION_TANH, 0);
                    case ELU -> function(cudnn.CUDNN_ACTIVATION_ELU, ELU_ALPHA);
                    default -> throw new IllegalArgumentException("cuDNN has no " + activation);
                };
        return new Passes(
                activate(function, row, buffers.before(), buffers.after(), context.one()),
                differentiate(function, row, buffers.before(), buffers.after(), buffers.gradient(), context.one()));
    }

    /**
     * Scaled ELU: scale times what ELU with another alpha gives.
     *
     * @param unscaled room for the outputs before they are scaled, which cuDNN may ask for in the backward pass
     */
    Passes selu(cudnnTensorStruct row, Buffers buffers, DeviceFloats unscaled) {
        cudnnActivationStruct elu = function(cudnn.CUDNN_ACTIVATION_ELU, SELU_ALPHA);
        FloatPointer scale = CudaContext.factor(SELU_SCALE);
        Kernel activate = activate(elu, row, buffers.before(), unscaled, context.one());
        Kernel activateScaled = activate(elu, row, buffers.before(), buffers.after(), scale);
        return new Passes(
                () -> {
                    activate.run();
                    activateScaled.run();
                },
                differentiate(elu, row, buffers.before(), unscaled, buffers.gradient(), scale));
    }

    /**
     * y = x s with s = sigmoid(x), so the gradient g at y becomes g x s' + g s.
     *
     * @param sigmoid room for s, kept between the passes
     * @param scratch room for the gradient at x while g is still needed
     */
    Passes swish(cudnnTensorStruct row, Buffers buffers, DeviceFloats sigmoid, DeviceFloats scratch) {
        cudnnActivationStruct function = function(cudnn.CUDNN_ACTIVATION_SIGMOID, 0);
        DeviceFloats gradient = buffers.gradient();
        Kernel activate = activate(function, row, buffers.before(), sigmoid, context.one());
        Kernel timesInput = multiply(row, buffers.before(), sigmoid, buffers.after(), context.zero());
        Kernel gradientTimesInput = multiply(row, gradient, buffers.before(), scratch, context.zero());
        Kernel throughSigmoid = differentiate(function, row, buffers.before(), sigmoid, scratch, context.one());
        Kernel plusGradientTimesSigmoid = multiply(row, gradient, sigmoid, scratch, context.one());
        long bytes = (long) scratch.length() * Float.BYTES;
        return new Passes(
                () -> {
                    activate.run();
                    timesInput.run();
                },
                () -> {
                    gradientTimesInput.run();
                    throughSigmoid.run();
                    plusGradientTimesSigmoid.run();
                    context.copy(scratch.pointer(), gradient.pointer(), bytes, cudart.cudaMemcpyDeviceToDevice);
                });
    }

    /** Over the columns, with the largest subtracted first. */
    Passes softmax(cudnnTensorStruct matrix, Buffers buffers) {
        return new Passes(
                () -> CudaContext.checkDnn(
                        cudnn.cudnnSoftmaxForward(
                                context.dnn(),
                                cudnn.CUDNN_SOFTMAX_ACCURATE,
                                cudnn.CUDNN_SOFTMAX_MODE_INSTANCE,
                                context.one(),
                                matrix,
                                buffers.before().pointer(),
                                context.zero(),
                                matrix,
                                buffers.after().pointer()),
                        "softmax"),
                () -> CudaContext.checkDnn(
                        cudnn.cudnnSoftmaxBackward(
                                context.dnn(),
                                cudnn.CUDNN_SOFTMAX_ACCURATE,
                                cudnn.CUDNN_SOFTMAX_MODE_INSTANCE,
                                context.one(),
                                matrix,
                                buffers.after().pointer(),
                                matrix,
                                buffers.gradient().pointer(),
                                context.zero(),
                                matrix,
                                buffers.gradient().pointer()),
                        "the gradient of softmax"));
    }

    /** product = left right + kept product, value by value. */
    Kernel multiply(
            cudnnTensorStruct row, DeviceFloats left, DeviceFloats right, DeviceFloats product, FloatPointer kept) {
        cudnnOpTensorStruct operation = new cudnnOpTensorStruct();
        CudaContext.checkDnn(cudnn.cudnnCreateOpTensorDescriptor(operation), "a description");
        context.onClose(() -> cudnn.cudnnDestroyOpTensorDescriptor(operation));
        CudaContext.checkDnn(
                cudnn.cudnnSetOpTensorDescriptor(
                        operation, cudnn.CUDNN_OP_TENSOR_MUL, cudnn.CUDNN_DATA_FLOAT, cudnn.CUDNN_PROPAGATE_NAN),
                "a product of values");
        return () -> CudaContext.checkDnn(
                cudnn.cudnnOpTensor(
                        context.dnn(),
                        operation,
                        context.one(),
                        row,
                        left.pointer(),
                        context.one(),
                        row,
                        right.pointer(),
                        kept,
                        row,
                        product.pointer()),
                "a product of values");
    }

    private cudnnActivationStruct function(int mode, double coefficient) {
        cudnnActivationStruct function = new cudnnActivationStruct();
        CudaContext.checkDnn(cudnn.cudnnCreateActivationDescriptor(function), "a description");
        context.onClose(() -> cudnn.cudnnDestroyActivationDescriptor(function));
        CudaContext.checkDnn(
                cudnn.cudnnSetActivationDescriptor(function, mode, cudnn.CUDNN_PROPAGATE_NAN, coefficient),
                "an activation");
        return function;
    }

    /** outputs = factor f(inputs). */
    private Kernel activate(
            cudnnActivationStruct function,
            cudnnTensorStruct row,
            DeviceFloats inputs,
            DeviceFloats outputs,
            FloatPointer factor) {
        return () -> CudaContext.checkDnn(
                cudnn.cudnnActivationForward(
                        context.dnn(), function, factor, row, inputs.pointer(), context.zero(), row, outputs.pointer()),
                "an activation");
    }

    /** Gradient = factor f'(inputs) gradient. */
    private Kernel differentiate(
            cudnnActivationStruct function,
            cudnnTensorStruct row,
            DeviceFloats inputs,
            DeviceFloats outputs,
            DeviceFloats gradient,
            FloatPointer factor) {
        return () -> CudaContext.checkDnn(
                cudnn.cudnnActivationBackward(
                        context.dnn(),
                        function,
                        factor,
                        row,
                        outputs.pointer(),
                        row,
                        gradient.pointer(),
                        row,
                        inputs.pointer(),
                        context.zero(),
                        row,
                        gradient.pointer()),
                "the gradient of an activation");
    }
}
