package dev.lockstep.core.model.layer;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param rate share of values set to 0
 * @param name of the layer, or null
 */
@Named(
        value = "dropout",
        doc = "In training sets a share of the values to 0 and divides the others by 1 - rate (Srivastava et al. 2014);"
                + " the mask is keyed by seed, epoch, sample, layer and element, so it does not depend on the workers.")
public record DropoutLayer(
        @Setting("Share of the values set to 0, from 0 up to, not including, 1.") double rate,
        @Setting(value = "Name; made from the kind by default.", optional = true) @Nullable String name)
        implements LayerSpec {
    public DropoutLayer {
        new Checks().fraction("rate", rate).done();
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }
}
