package dev.lockstep.core.oracle;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.layer.WindowLayer;

/**
 * Which cell of an image a window covers, by TensorFlow's documentation of padding "same", in its form by remainders.
 * Images are (height, width, channels), last fastest.
 */
final class ReferenceWindows {
    final int inputHeight;
    final int inputWidth;
    final int channels;
    final int kernelHeight;
    final int kernelWidth;
    final int outputHeight;
    final int outputWidth;
    private final int strideHeight;
    private final int strideWidth;
    private final int above;
    private final int left;

    ReferenceWindows(WindowLayer layer, Shape input) {
        this.inputHeight = input.dimensions().get(0);
        this.inputWidth = input.dimensions().get(1);
        this.channels = input.rank() == 2 ? 1 : input.dimensions().get(2);
        this.kernelHeight = layer.kernelHeight();
        this.kernelWidth = layer.kernelWidth();
        this.strideHeight = layer.strideHeight();
        this.strideWidth = layer.strideWidth();
        boolean isSame = layer.padding() == Padding.SAME;
        this.above = isSame ? missing(inputHeight, kernelHeight, strideHeight) / 2 : 0;
        this.left = isSame ? missing(inputWidth, kernelWidth, strideWidth) / 2 : 0;
        this.outputHeight = outputs(inputHeight, kernelHeight, strideHeight, isSame);
        this.outputWidth = outputs(inputWidth, kernelWidth, strideWidth, isSame);
    }

    private static int missing(int input, int kernel, int stride) {
        int rest = input % stride;
        return Math.max(kernel - (rest == 0 ? stride : rest), 0);
    }

    private static int outputs(int input, int kernel, int stride, boolean isSame) {
        return isSame ? (input + stride - 1) / stride : (input - kernel) / stride + 1;
    }

    int inputSize() {
        return inputHeight * inputWidth * channels;
    }

    /** Index in the sample of channel 0 of cell (ky, kx) of window (y, x); -1 where it is padding. */
    int cell(int y, int x, int ky, int kx) {
        int row = y * strideHeight + ky - above;
        int column = x * strideWidth + kx - left;
        boolean isInside = row >= 0 && row < inputHeight && column >= 0 && column < inputWidth;
        return isInside ? (row * inputWidth + column) * channels : -1;
    }
}
