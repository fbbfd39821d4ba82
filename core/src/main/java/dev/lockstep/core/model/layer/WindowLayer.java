package dev.lockstep.core.model.layer;

import dev.lockstep.core.data.Shape;
import java.util.List;

/**
 * A layer that moves a window over images (height, width, channels), channels last. A component that is a size holds
 * two numbers, height and width; a job file may give one number for both.
 */
public sealed interface WindowLayer extends LayerSpec permits Conv2DLayer, PoolingLayer {
    /** Height of the window in cells. */
    int kernelHeight();

    /** Width of the window in cells. */
    int kernelWidth();

    /** Cells from one window to the one below. */
    int strideHeight();

    /** Cells from one window to the one at its right. */
    int strideWidth();

    /** What the window does at the border. */
    Padding padding();

    /**
     * Where the windows lie.
     *
     * @throws IllegalArgumentException when the input is no image, or smaller than a window that must lie inside it
     */
    default WindowGeometry geometry(Shape input) {
        return WindowGeometry.of(this, input);
    }

    /** What a size has to be, for messages. */
    String SIZE = "one or two whole numbers above 0: height and width";

    /** Whether a size is one or two numbers above 0. */
    static boolean isSize(List<Integer> size) {
        return (size.size() == 1 || size.size() == 2) && size.stream().allMatch(cells -> cells > 0);
    }

    /** Height and width of a valid size. */
    static List<Integer> heightAndWidth(List<Integer> size) {
        return List.of(size.get(0), size.get(size.size() - 1));
    }
}
