package dev.lockstep.core.model.layer;

import dev.lockstep.core.data.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A layer that makes one number of each channel of a window. */
public sealed interface PoolingLayer extends WindowLayer permits MaxPooling2DLayer, AveragePooling2DLayer {
    /** Height and width of the window. */
    List<Integer> poolSize();

    /** Cells between windows, down and right; null for the pool size. */
    @Nullable
    List<Integer> strides();

    @Override
    default int kernelHeight() {
        return poolSize().get(0);
    }

    @Override
    default int kernelWidth() {
        return poolSize().get(1);
    }

    @Override
    default int strideHeight() {
        List<Integer> strides = strides();
        return strides == null ? kernelHeight() : strides.get(0);
    }

    @Override
    default int strideWidth() {
        List<Integer> strides = strides();
        return strides == null ? kernelWidth() : strides.get(1);
    }

    @Override
    default Shape outputShape(Shape input) {
        WindowGeometry windows = geometry(input);
        return Shape.of(windows.outputHeight(), windows.outputWidth(), windows.inputChannels());
    }
}
