package dev.lockstep.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.layer.MaxPooling2DLayer;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.layer.WindowGeometry;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** cuDNN counts the windows itself, and has to come to the same number. */
class CudaWindowsGeometryTest {
    private static final int LARGEST = 9;

    @ParameterizedTest
    @EnumSource(Padding.class)
    void cudnnCountsAsManyWindowsAsTheGeometry(Padding padding) {
        int compared = 0;
        for (int cells = 1; cells <= LARGEST; cells++) {
            for (int window = 1; window <= (padding == Padding.SAME ? LARGEST : cells); window++) {
                for (int stride = 1; stride <= LARGEST; stride++) {
                    WindowGeometry geometry = new MaxPooling2DLayer(
                                    List.of(window, 1), List.of(stride, 1), padding, null)
                            .geometry(Shape.of(cells, 1));
                    if (NetworkSupport.isSymmetric(geometry)) {
                        // The formula of cudnnGetConvolution2dForwardOutputDim and cudnnGetPooling2dForwardOutputDim.
                        int counted = 1 + (cells + 2 * geometry.padTop() - window) / stride;
                        assertThat(counted)
                                .as("%d cells, windows of %d in steps of %d", cells, window, stride)
                                .isEqualTo(geometry.outputHeight());
                        assertThat(geometry.padTop())
                                .as("cuDNN pools no window of padding alone")
                                .isLessThan(window);
                        compared++;
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(LARGEST * LARGEST);
    }
}
