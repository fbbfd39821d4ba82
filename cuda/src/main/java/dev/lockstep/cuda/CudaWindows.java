package dev.lockstep.cuda;

import dev.lockstep.core.model.layer.WindowGeometry;
import dev.lockstep.cuda.DeviceOperations.Passes;
import dev.lockstep.cuda.DeviceOperations.Pooling;
import dev.lockstep.cuda.DeviceOperations.Ports;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnPoolingStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * Convolution and pooling by cuDNN. Images are laid out anew on their way in, as (rows, channels, height, width), which
 * all of its algorithms take, and back on their way out; the kernel (filters, channels, height, width) is taken as it is.
 *
 * <p>The algorithms are IMPLICIT_PRECOMP_GEMM forward and ALGO_1 for both gradients: by cuDNN's manual the same bits
 * every time, which ALGO_0 and the ordinary maximum are not. FMA_MATH keeps TF32 away.
 */
final class CudaWindows {
    private final CudaContext context;
    private final WindowGeometry windows;
    private final int filters;
    private final int inputValues;
    private final int outputValues;
    private final cudnnTensorStruct inputsChannelsLast;
    private final cudnnTensorStruct inputs;
    private final cudnnTensorStruct outputsChannelsLast;
    private final cudnnTensorStruct outputs;

    /**
     * The windows of one layer.
     *
     * @param rows images of a batch
     * @param filters channels of the output
     */
    CudaWindows(CudaContext context, WindowGeometry windows, int rows, int filters) {
        this.context = context;
        this.windows = windows;
        this.filters = filters;
        int channels = windows.inputChannels();
        int height = windows.inputHeight();
        int width = windows.inputWidth();
        inputValues = rows * channels * height * width;
        inputsChannelsLast = context.tensor(cudnn.CUDNN_TENSOR_NHWC, rows, channels, height, width);
        inputs = context.tensor(cudnn.CUDNN_TENSOR_NCHW, rows, channels, height, width);
        int outputHeight = windows.outputHeight();
        int outputWidth = windows.outputWidth();
        outputValues = rows * filters * outputHeight * outputWidth;
        outputsChannelsLast = context.tensor(cudnn.CUDNN_TENSOR_NHWC, rows, filters, outputHeight, outputWidth);
        outputs = context.tensor(cudnn.CUDNN_TENSOR_NCHW, rows, filters, outputHeight, outputWidth);
    }

    /** A convolution; the images of the forward pass are kept for the backward pass, and then overwritten. */
    Passes convolution(Ports ports, DeviceFloats kernel, DeviceFloats kernelGradient) {
        FloatPointer images = allocate(inputValues);
        FloatPointer features = allocate(outputValues);
        Convolution convolution = new Convolution();
        Kernel forward = convolution.forward(images, kernel, features);
        Kernel gradientOfKernel = convolution.kernelGradient(images, features, kernelGradient);
        Kernel gradientOfImages = convolution.imageGradient(features, kernel, images);
        DeviceFloats inputGradient = ports.inputGradient();
        return new Passes(
                () -> {
                    transform(inputsChannelsLast, ports.input().pointer(), inputs, images);
                    forward.run();
                    transform(
                            outputs,
                            features,
                            outputsChannelsLast,
                            ports.output().pointer());
                },
                () -> {
                    transform(outputsChannelsLast, ports.outputGradient().pointer(), outputs, features);
                    gradientOfKernel.run();
                    if (inputGradient != null) {
                        gradientOfImages.run();
                        transform(inputs, images, inputsChannelsLast, inputGradient.pointer());
                    }
                });
    }

    /** The three directions of a convolution, with the workspace that each asks for. */
    private final class Convolution {
        private final cudnnFilterStruct weights = new cudnnFilterStruct();
        private final cudnnConvolutionStruct description = new cudnnConvolutionStruct();

        Convolution() {
            CudaContext.checkDnn(cudnn.cudnnCreateFilterDescriptor(weights), "a description");
            context.onClose(() -> cudnn.cudnnDestroyFilterDescriptor(weights));
            CudaContext.checkDnn(
                    cudnn.cudnnSetFilter4dDescriptor(
                            weights,
                            cudnn.CUDNN_DATA_FLOAT,
                            cudnn.CUDNN_TENSOR_NCHW,
                            filters,
                            windows.inputChannels(),
                            windows.kernelHeight(),
                            windows.kernelWidth()),
                    "a kernel");
            CudaContext.checkDnn(cudnn.cudnnCreateConvolutionDescriptor(description), "a description");
            context.onClose(() -> cudnn.cudnnDestroyConvolutionDescriptor(description));
            CudaContext.checkDnn(
                    cudnn.cudnnSetConvolution2dDescriptor(
                            description,
                            windows.padTop(),
                            windows.padLeft(),
                            windows.strideHeight(),
                            windows.strideWidth(),
                            1,
                            1,
                            cudnn.CUDNN_CROSS_CORRELATION,
                            cudnn.CUDNN_DATA_FLOAT),
                    "a convolution");
            CudaContext.checkDnn(
                    cudnn.cudnnSetConvolutionMathType(description, cudnn.CUDNN_FMA_MATH), "single precision");
        }

        Kernel forward(FloatPointer images, DeviceFloats kernel, FloatPointer features) {
            int algorithm = cudnn.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
            long bytes = bytes(size -> cudnn.cudnnGetConvolutionForwardWorkspaceSize(
                    context.dnn(), inputs, weights, description, outputs, algorithm, size));
            FloatPointer workspace = workspace(bytes);
            return () -> CudaContext.checkDnn(
                    cudnn.cudnnConvolutionForward(
                            context.dnn(),
                            context.one(),
                            inputs,
                            images,
                            weights,
                            kernel.pointer(),
                            description,
                            algorithm,
                            workspace,
                            bytes,
                            context.zero(),
                            outputs,
                            features),
                    "a convolution");
        }

        Kernel kernelGradient(FloatPointer images, FloatPointer featureGradient, DeviceFloats kernelGradient) {
            int algorithm = cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1;
            long bytes = bytes(size -> cudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize(
                    context.dnn(), inputs, outputs, description, weights, algorithm, size));
            FloatPointer workspace = workspace(bytes);
            return () -> CudaContext.checkDnn(
                    cudnn.cudnnConvolutionBackwardFilter(
                            context.dnn(),
                            context.one(),
                            inputs,
                            images,
                            outputs,
                            featureGradient,
                            description,
                            algorithm,
                            workspace,
                            bytes,
                            context.zero(),
                            weights,
                            kernelGradient.pointer()),
                    "a convolution's gradient by its kernel");
        }

        Kernel imageGradient(FloatPointer featureGradient, DeviceFloats kernel, FloatPointer imageGradient) {
            int algorithm = cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_1;
            long bytes = bytes(size -> cudnn.cudnnGetConvolutionBackwardDataWorkspaceSize(
                    context.dnn(), weights, outputs, description, inputs, algorithm, size));
            FloatPointer workspace = workspace(bytes);
            return () -> CudaContext.checkDnn(
                    cudnn.cudnnConvolutionBackwardData(
                            context.dnn(),
                            context.one(),
                            weights,
                            kernel.pointer(),
                            outputs,
                            featureGradient,
                            description,
                            algorithm,
                            workspace,
                            bytes,
                            context.zero(),
                            inputs,
                            imageGradient),
                    "a convolution's gradient by its images");
        }
    }

    /** A pooling; what the forward pass read and wrote is kept for the backward pass. */
    Passes pooling(Pooling pooling, Ports ports) {
        FloatPointer images = allocate(inputValues);
        FloatPointer features = allocate(outputValues);
        FloatPointer imageGradient = allocate(inputValues);
        FloatPointer featureGradient = allocate(outputValues);
        cudnnPoolingStruct description = description(pooling);
        DeviceFloats inputGradient = ports.inputGradient();
        return new Passes(
                () -> {
                    transform(inputsChannelsLast, ports.input().pointer(), inputs, images);
                    CudaContext.checkDnn(
                            cudnn.cudnnPoolingForward(
                                    context.dnn(),
                                    description,
                                    context.one(),
                                    inputs,
                                    images,
                                    context.zero(),
                                    outputs,
                                    features),
                            "a pooling");
                    transform(
                            outputs,
                            features,
                            outputsChannelsLast,
                            ports.output().pointer());
                },
                () -> {
                    if (inputGradient == null) {
                        return;
                    }
                    transform(outputsChannelsLast, ports.outputGradient().pointer(), outputs, featureGradient);
                    CudaContext.checkDnn(
                            cudnn.cudnnPoolingBackward(
                                    context.dnn(),
                                    description,
                                    context.one(),
                                    outputs,
                                    features,
                                    outputs,
                                    featureGradient,
                                    inputs,
                                    images,
                                    context.zero(),
                                    inputs,
                                    imageGradient),
                            "a pooling's gradient");
                    transform(inputs, imageGradient, inputsChannelsLast, inputGradient.pointer());
                });
    }

    private cudnnPoolingStruct description(Pooling pooling) {
        cudnnPoolingStruct description = new cudnnPoolingStruct();
        CudaContext.checkDnn(cudnn.cudnnCreatePoolingDescriptor(description), "a description");
        context.onClose(() -> cudnn.cudnnDestroyPoolingDescriptor(description));
        int mode =
                switch (pooling) {
                    case LARGEST -> cudnn.CUDNN_POOLING_MAX_DETERMINISTIC;
                    case MEAN -> cudnn.CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING;
                };
        CudaContext.checkDnn(
                cudnn.cudnnSetPooling2dDescriptor(
                        description,
                        mode,
                        cudnn.CUDNN_PROPAGATE_NAN,
                        windows.kernelHeight(),
                        windows.kernelWidth(),
                        windows.padTop(),
                        windows.padLeft(),
                        windows.strideHeight(),
                        windows.strideWidth()),
                "a pooling");
        return description;
    }

    /** Copies images from one order to the other. */
    private void transform(cudnnTensorStruct from, FloatPointer source, cudnnTensorStruct to, FloatPointer target) {
        CudaContext.checkDnn(
                cudnn.cudnnTransformTensor(context.dnn(), context.one(), from, source, context.zero(), to, target),
                "laying out images");
    }

    private FloatPointer allocate(int values) {
        return context.allocate((long) values * Float.BYTES);
    }

    /** Asks cuDNN for a size; it says so here where it lacks an algorithm. */
    private static long bytes(WorkspaceQuery query) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            CudaContext.checkDnn(query.ask(size), "a deterministic algorithm for a convolution");
            return size.get();
        }
    }

    /** One of cuDNN's questions for the size of a workspace. */
    @FunctionalInterface
    private interface WorkspaceQuery {
        int ask(SizeTPointer size);
    }

    /** Memory of that size; a null address where none is needed. */
    private FloatPointer workspace(long bytes) {
        return bytes == 0 ? new FloatPointer() : context.allocate(bytes);
    }
}
