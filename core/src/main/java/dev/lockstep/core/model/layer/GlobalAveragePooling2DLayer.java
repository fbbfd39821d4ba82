package dev.lockstep.core.model.layer;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param name of the layer, or null
 */
@Named(
        value = "global_average_pooling2d",
        doc = "The mean of each channel over a whole image (height, width, channels): one vector of channels.")
public record GlobalAveragePooling2DLayer(
        @Setting(value = "Name; made from the kind by default.", optional = true) @Nullable String name)
        implements LayerSpec {
    /**
     * The one window, which covers the image.
     *
     * @throws IllegalArgumentException when the input is no image
     */
    public WindowGeometry geometry(Shape input) {
        return WindowGeometry.whole(input);
    }

    @Override
    public Shape outputShape(Shape input) {
        return Shape.of(geometry(input).inputChannels());
    }
}
