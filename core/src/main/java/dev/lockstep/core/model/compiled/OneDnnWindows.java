package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.layer.WindowGeometry;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Kernels of oneDNN over the windows of images: convolution and pooling. Images are (rows, height, width, channels) in
 * memory, which oneDNN's kernels take as they are; the weights it lays out anew for each of its kernels, from and to
 * the plain (filters, channels, height, width).
 */
final class OneDnnWindows {
    /**
     * oneDNN lists its kernels made of matrix products first. Those fill vectors with channels and are slower than its
     * direct ones where channels are few: 0.39 instead of 0.66 ms for 1 to 20 channels, 2.3 instead of 2.7 ms for the
     * gradient at 20 channels that became 50. The choice follows from the shape alone, so that every rank and every
     * attempt makes the same one.
     */
    private static final String DIRECT = "jit:";

    private static final int FEW_CHANNELS_FORWARD = 16;
    private static final int FEW_CHANNELS_BACKWARD = 24;

    private final OneDnn oneDnn;
    private final WindowGeometry windows;
    private final int outputChannels;
    private final long[] strides;
    private final long[] padBefore;
    private final long[] padAfter;
    private final dnnl_memory_desc inputs;
    private final dnnl_memory_desc outputs;

    /**
     * The windows of one layer.
     *
     * @param rows images of a batch
     * @param outputChannels filters of a convolution, channels of a pooling
     */
    OneDnnWindows(OneDnn oneDnn, WindowGeometry windows, int rows, int outputChannels) {
        this.oneDnn = oneDnn;
        this.windows = windows;
        this.outputChannels = outputChannels;
        strides = new long[] {windows.strideHeight(), windows.strideWidth()};
        padBefore = new long[] {windows.padTop(), windows.padLeft()};
        padAfter = new long[] {
            padAfter(windows.inputHeight(), windows.outputHeight(), windows.kernelHeight(), windows.strideHeight())
                    - windows.padTop(),
            padAfter(windows.inputWidth(), windows.outputWidth(), windows.kernelWidth(), windows.strideWidth())
                    - windows.padLeft()
        };
        inputs = oneDnn.layout(
                dnnl.dnnl_acdb, rows, windows.inputChannels(), windows.inputHeight(), windows.inputWidth());
        outputs = oneDnn.layout(dnnl.dnnl_acdb, rows, outputChannels, windows.outputHeight(), windows.outputWidth());
    }

    /** Cells that the last window needs beyond the image's beginning and end; negative where some are left over. */
    private static int padAfter(int inputCells, int outputCells, int kernel, int stride) {
        return (outputCells - 1) * stride + kernel - inputCells;
    }

    /** A convolution in its three directions; all share the layouts. */
    Convolution convolution(NativeFloats kernel, @Nullable NativeFloats bias, OneDnnElementwise.@Nullable Fused fused) {
        return new Convolution(kernel, bias, fused);
    }

    /** One convolution. */
    final class Convolution {
        private final dnnl_memory_desc anyWeights;
        private final dnnl_memory_desc plainWeights;
        private final @Nullable dnnl_memory_desc biasLayout;
        private final NativeFloats kernel;
        private final @Nullable NativeFloats bias;
        private final dnnl_primitive_desc forward = oneDnn.description();

        private Convolution(NativeFloats kernel, @Nullable NativeFloats bias, OneDnnElementwise.@Nullable Fused fused) {
            this.kernel = kernel;
            this.bias = bias;
            long[] sizes = {outputChannels, windows.inputChannels(), windows.kernelHeight(), windows.kernelWidth()};
            anyWeights = oneDnn.layout(dnnl.dnnl_format_tag_any, sizes);
            plainWeights = oneDnn.layout(dnnl.dnnl_abcd, sizes);
            biasLayout = bias == null ? null : oneDnn.layout(dnnl.dnnl_a, outputChannels);
            dnnl_primitive_attr attributes = OneDnnElementwise.Fused.attributes(fused);
            boolean direct = windows.inputChannels() <= FEW_CHANNELS_FORWARD;
            oneDnn.describe(
                    forward,
                    direct ? DIRECT : "",
                    () -> dnnl.dnnl_convolution_forward_primitive_desc_create(
                            forward,
                            oneDnn.engine(),
                            dnnl.dnnl_forward_training,
                            dnnl.dnnl_convolution_auto,
                            inputs,
                            anyWeights,
                            biasLayout,
                            outputs,
                            strides,
                            new long[2],
                            padBefore,
                            padAfter,
                            attributes),
                    "a convolution");
        }

        private OneDnn.@Nullable Argument biasArgument(int name, @Nullable NativeFloats values) {
            return values == null || biasLayout == null ? null : oneDnn.argument(name, biasLayout, values);
        }

        /** From images to features. */
        Kernel forward(NativeFloats images, NativeFloats features) {
            dnnl_memory_desc layout = OneDnn.chosenLayout(forward, dnnl.DNNL_ARG_WEIGHTS);
            NativeFloats weights = allocate(layout);
            Kernel arrange = reorder(plainWeights, kernel, layout, weights);
            Kernel convolve = oneDnn.kernel(
                    forward,
                    oneDnn.argument(dnnl.DNNL_ARG_SRC, inputs, images),
                    oneDnn.argument(dnnl.DNNL_ARG_WEIGHTS, layout, weights),
                    biasArgument(dnnl.DNNL_ARG_BIAS, bias),
                    oneDnn.argument(dnnl.DNNL_ARG_DST, outputs, features));
            return () -> {
                arrange.run();
                convolve.run();
            };
        }

        /** Gradients of kernel and bias, from the images and the gradient at the features. */
        Kernel parameterGradient(
                NativeFloats images,
                NativeFloats featureGradient,
                NativeFloats kernelGradient,
                @Nullable NativeFloats biasGradient) {
            dnnl_primitive_desc description = oneDnn.description();
            OneDnn.check(
                    dnnl.dnnl_convolution_backward_weights_primitive_desc_create(
                            description,
                            oneDnn.engine(),
                            dnnl.dnnl_convolution_auto,
                            inputs,
                            anyWeights,
                            biasLayout,
                            outputs,
                            strides,
                            new long[2],
                            padBefore,
                            padAfter,
                            forward,
                            null),
                    "a convolution's gradient by its weights");
            dnnl_memory_desc layout = OneDnn.chosenLayout(description, dnnl.DNNL_ARG_DIFF_WEIGHTS);
            NativeFloats weights = allocate(layout);
            Kernel differentiate = oneDnn.kernel(
                    description,
                    oneDnn.argument(dnnl.DNNL_ARG_SRC, inputs, images),
                    oneDnn.argument(dnnl.DNNL_ARG_DIFF_DST, outputs, featureGradient),
                    oneDnn.argument(dnnl.DNNL_ARG_DIFF_WEIGHTS, layout, weights),
                    biasArgument(dnnl.DNNL_ARG_DIFF_BIAS, biasGradient));
            Kernel arrange = reorder(layout, weights, plainWeights, kernelGradient);
            return () -> {
                differentiate.run();
                arrange.run();
            };
        }

        /** The gradient at the images. */
        Kernel inputGradient(NativeFloats featureGradient, NativeFloats imageGradient) {
            dnnl_primitive_desc description = oneDnn.description();
            boolean direct = Math.min(windows.inputChannels(), outputChannels) <= FEW_CHANNELS_BACKWARD;
            oneDnn.describe(
                    description,
                    direct ? DIRECT : "",
                    () -> dnnl.dnnl_convolution_backward_data_primitive_desc_create(
                            description,
                            oneDnn.engine(),
                            dnnl.dnnl_convolution_auto,
                            inputs,
                            anyWeights,
                            outputs,
                            strides,
                            new long[2],
                            padBefore,
                            padAfter,
                            forward,
                            null),
                    "a convolution's gradient by its inputs");
            dnnl_memory_desc layout = OneDnn.chosenLayout(description, dnnl.DNNL_ARG_WEIGHTS);
            NativeFloats weights = allocate(layout);
            Kernel arrange = reorder(plainWeights, kernel, layout, weights);
            Kernel differentiate = oneDnn.kernel(
                    description,
                    oneDnn.argument(dnnl.DNNL_ARG_DIFF_DST, outputs, featureGradient),
                    oneDnn.argument(dnnl.DNNL_ARG_WEIGHTS, layout, weights),
                    oneDnn.argument(dnnl.DNNL_ARG_DIFF_SRC, inputs, imageGradient));
            return () -> {
                arrange.run();
                differentiate.run();
            };
        }
    }

    /** A pooling: both directions, joined by what the forward one notes for the backward one. */
    record Pooling(Kernel forward, Kernel backward) {}

    /** The largest value of each window. */
    Pooling maximum(Buffers buffers) {
        return pooling(dnnl.dnnl_pooling_max, buffers);
    }

    /** The mean of each window, over the cells that lie inside the image. */
    Pooling average(Buffers buffers) {
        return pooling(dnnl.dnnl_pooling_avg_exclude_padding, buffers);
    }

    /** What a pooling reads and writes. */
    record Buffers(NativeFloats images, NativeFloats imageGradient, NativeFloats features, NativeFloats gradient) {}

    private Pooling pooling(int algorithm, Buffers buffers) {
        long[] window = {windows.kernelHeight(), windows.kernelWidth()};
        dnnl_primitive_desc forward = oneDnn.description();
        OneDnn.check(
                dnnl.dnnl_pooling_forward_primitive_desc_create(
                        forward,
                        oneDnn.engine(),
                        dnnl.dnnl_forward_training,
                        algorithm,
                        inputs,
                        outputs,
                        strides,
                        window,
                        new long[2],
                        padBefore,
                        padAfter,
                        null),
                "a pooling");
        dnnl_primitive_desc backward = oneDnn.description();
        OneDnn.check(
                dnnl.dnnl_pooling_backward_primitive_desc_create(
                        backward,
                        oneDnn.engine(),
                        algorithm,
                        inputs,
                        outputs,
                        strides,
                        window,
                        new long[2],
                        padBefore,
                        padAfter,
                        forward,
                        null),
                "a pooling's gradient");
        // Which cell was the largest; an average needs no such notes, and the argument is then of length 0.
        dnnl_memory_desc layout = OneDnn.chosenLayout(forward, dnnl.DNNL_ARG_WORKSPACE);
        NativeFloats notes = allocate(layout);
        return new Pooling(
                oneDnn.kernel(
                        forward,
                        oneDnn.argument(dnnl.DNNL_ARG_SRC, inputs, buffers.images()),
                        oneDnn.argument(dnnl.DNNL_ARG_DST, outputs, buffers.features()),
                        oneDnn.argument(dnnl.DNNL_ARG_WORKSPACE, layout, notes)),
                oneDnn.kernel(
                        backward,
                        oneDnn.argument(dnnl.DNNL_ARG_DIFF_DST, outputs, buffers.gradient()),
                        oneDnn.argument(dnnl.DNNL_ARG_DIFF_SRC, inputs, buffers.imageGradient()),
                        oneDnn.argument(dnnl.DNNL_ARG_WORKSPACE, layout, notes)));
    }

    private Kernel reorder(dnnl_memory_desc from, NativeFloats source, dnnl_memory_desc to, NativeFloats target) {
        dnnl_primitive_desc description = oneDnn.description();
        OneDnn.check(
                dnnl.dnnl_reorder_primitive_desc_create(description, from, oneDnn.engine(), to, oneDnn.engine(), null),
                "laying out weights");
        return oneDnn.kernel(
                description,
                oneDnn.argument(dnnl.DNNL_ARG_FROM, from, source),
                oneDnn.argument(dnnl.DNNL_ARG_TO, to, target));
    }

    private NativeFloats allocate(dnnl_memory_desc layout) {
        NativeFloats memory = NativeFloats.allocate(OneDnn.floats(layout));
        oneDnn.onClose(memory::close);
        return memory;
    }
}
