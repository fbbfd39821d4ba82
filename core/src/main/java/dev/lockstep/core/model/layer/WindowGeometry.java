package dev.lockstep.core.model.layer;

import dev.lockstep.core.data.Shape;

/**
 * Where the windows of a convolution or a pooling lie. Window (y, x) covers the input cells from
 * {@code (y * strideHeight - padTop, x * strideWidth - padLeft)} on; those outside the image are padding. The formulas are
 * those of TensorFlow's documentation of {@code tf.nn} ("Notes on padding"), which Keras uses.
 *
 * @param inputHeight cells
 * @param inputWidth cells
 * @param inputChannels values of a cell
 * @param kernelHeight cells of a window
 * @param kernelWidth cells of a window
 * @param strideHeight cells from one window to the one below
 * @param strideWidth cells from one window to the one at its right
 * @param outputHeight windows
 * @param outputWidth windows
 * @param padTop rows of padding above the image
 * @param padLeft columns of padding at its left
 */
public record WindowGeometry(
        int inputHeight,
        int inputWidth,
        int inputChannels,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int outputHeight,
        int outputWidth,
        int padTop,
        int padLeft) {
    private static final int IMAGE_RANK = 3;
    private static final int GREY_IMAGE_RANK = 2;

    /**
     * The windows of a layer on images (height, width, channels); (height, width) has one channel.
     *
     * @throws IllegalArgumentException when the input is no image, or smaller than a window that must lie inside it
     */
    static WindowGeometry of(WindowLayer layer, Shape input) {
        requireImage(input);
        int height = input.dimensions().get(0);
        int width = input.dimensions().get(1);
        int outputHeight = outputs(height, layer.kernelHeight(), layer.strideHeight(), layer.padding());
        int outputWidth = outputs(width, layer.kernelWidth(), layer.strideWidth(), layer.padding());
        if (outputHeight < 1 || outputWidth < 1) {
            throw new IllegalArgumentException("a window of " + layer.kernelHeight() + " x " + layer.kernelWidth()
                    + " does not fit into the input of shape " + input + "; choose a smaller one, or padding: same");
        }
        return new WindowGeometry(
                height,
                width,
                channels(input),
                layer.kernelHeight(),
                layer.kernelWidth(),
                layer.strideHeight(),
                layer.strideWidth(),
                outputHeight,
                outputWidth,
                padBefore(height, outputHeight, layer.kernelHeight(), layer.strideHeight()),
                padBefore(width, outputWidth, layer.kernelWidth(), layer.strideWidth()));
    }

    /**
     * The one window that covers an image.
     *
     * @throws IllegalArgumentException when the input is no image
     */
    static WindowGeometry whole(Shape input) {
        requireImage(input);
        int height = input.dimensions().get(0);
        int width = input.dimensions().get(1);
        return new WindowGeometry(height, width, channels(input), height, width, 1, 1, 1, 1, 0, 0);
    }

    private static void requireImage(Shape input) {
        if (input.rank() != IMAGE_RANK && input.rank() != GREY_IMAGE_RANK) {
            throw new IllegalArgumentException(
                    "expects images (height, width, channels) or (height, width), the input has shape " + input
                            + "; put a reshape layer before it");
        }
    }

    private static int channels(Shape image) {
        return image.rank() == IMAGE_RANK ? image.dimensions().get(2) : 1;
    }

    private static int outputs(int inputs, int kernel, int stride, Padding padding) {
        int covered = padding == Padding.SAME ? inputs : inputs - kernel + 1;
        return Math.floorDiv(covered - 1, stride) + 1;
    }

    /** Nothing is missing where windows lie inside the image, so one formula serves both paddings. */
    private static int padBefore(int inputs, int outputs, int kernel, int stride) {
        return Math.max((outputs - 1) * stride + (kernel - inputs), 0) / 2;
    }
}
