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
@Named(value = "flatten", doc = "Makes one vector of each sample, last dimension fastest.")
public record FlattenLayer(
        @Setting(value = "Name; made from the kind by default.", optional = true) @Nullable String name)
        implements LayerSpec {
    @Override
    public Shape outputShape(Shape input) {
        return Shape.of(input.size());
    }
}
