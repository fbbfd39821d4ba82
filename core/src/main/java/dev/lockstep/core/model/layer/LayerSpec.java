package dev.lockstep.core.model.layer;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ParameterSpec;
import dev.lockstep.core.schema.OneOf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a layer is, whoever computes it: its settings, the shape it gives, the parameters it needs. Register a new one
 * in the list below; a replica that cannot compute it says so by name.
 */
@OneOf({
    FlattenLayer.class,
    DenseLayer.class,
    DropoutLayer.class,
    BatchNormalizationLayer.class,
    Conv2DLayer.class,
    MaxPooling2DLayer.class,
    AveragePooling2DLayer.class,
    GlobalAveragePooling2DLayer.class,
    ActivationLayer.class,
    ReshapeLayer.class,
    InputLayer.class
})
public interface LayerSpec {
    /** The name given in the job file, or null for one made from the kind, as Keras does: dense, dense_1, ... */
    @Nullable
    String name();

    /**
     * The shape of one output sample.
     *
     * @throws IllegalArgumentException saying what was expected when the input does not fit
     */
    Shape outputShape(Shape input);

    /** The function that its outputs went through; linear where it has none. */
    default Activation activation() {
        return Activation.LINEAR;
    }

    /** The parameter arrays in the order of the flat vector (DL4J's); none by default. */
    default List<ParameterSpec> parameters(Shape input) {
        return List.of();
    }
}
