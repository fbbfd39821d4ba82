package dev.lockstep.core.model;

import dev.lockstep.core.model.layer.InputLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import java.util.List;

/**
 * The network of a job: a stack of layers, as in a Keras Sequential model.
 *
 * @param layers from input to output
 */
public record ModelSpec(
        @Setting("The layers from input to output; the input shape comes from the data.") List<LayerSpec> layers) {
    public ModelSpec {
        layers = List.copyOf(layers);
        new Checks()
                .that("layers", !layers.isEmpty(), "at least one layer", "none")
                .that(
                        "layers",
                        layers.stream().skip(1).noneMatch(InputLayer.class::isInstance),
                        "input as the first layer, if at all",
                        "one behind another layer")
                .done();
    }
}
