package dev.lockstep.core.model.layer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param poolSize height and width of the window
 * @param strides cells between windows, down and right; null for the pool size
 * @param padding at the border; padding cells are never the largest
 * @param name of the layer, or null
 */
@Named(
        value = "max_pooling2d",
        doc = "The largest value of each channel in each window of an image (height, width, channels).")
public record MaxPooling2DLayer(
        @Setting(value = "Height and width of the window; one number for both.", byDefault = "2", single = true)
                List<Integer> poolSize,
        @Setting(
                        value = "Cells from one window to the next, down and right; by default the pool size.",
                        optional = true,
                        single = true)
                @Nullable
                List<Integer> strides,
        @Setting(value = "At the border.", byDefault = "valid") Padding padding,
        @Setting(value = "Name; made from the kind by default.", optional = true) @Nullable String name)
        implements PoolingLayer {
    public MaxPooling2DLayer {
        new Checks()
                .that("pool_size", WindowLayer.isSize(poolSize), SIZE, poolSize)
                .that("strides", strides == null || WindowLayer.isSize(strides), SIZE, String.valueOf(strides))
                .done();
        poolSize = WindowLayer.heightAndWidth(poolSize);
        // Spelt out, so that a job that leaves it out and one that says the same are equal.
        strides = strides == null ? poolSize : WindowLayer.heightAndWidth(strides);
    }
}
