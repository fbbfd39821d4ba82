package dev.lockstep.core.model.layer;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param activation of the inputs
 * @param name of the layer, or null
 */
@Named(
        value = "activation",
        doc = "An activation function as a layer of its own, for inputs of any shape; softmax goes over the last"
                + " dimension.")
public record ActivationLayer(
        @Setting("Activation function.") Activation activation,
        @Setting(value = "Name; made from the kind by default.", optional = true) @Nullable String name)
        implements LayerSpec {
    @Override
    public Shape outputShape(Shape input) {
        return input;
    }
}
