package dev.lockstep.core.model;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.initializer.InitializerSpec;

/**
 * One parameter array that a layer needs.
 *
 * @param name its Keras name, such as {@code kernel} or {@code moving_variance}
 * @param shape its shape as Keras prints it; a dense kernel is (inputs, units)
 * @param initializer where its first values come from
 * @param fanIn inputs that feed one unit, for the initialiser
 * @param fanOut units that one input feeds, for the initialiser
 * @param penalty on its values
 * @param role whether the optimizer trains it, the layer's running statistics live in it, or it is frozen
 */
public record ParameterSpec(
        String name,
        Shape shape,
        InitializerSpec initializer,
        int fanIn,
        int fanOut,
        RegularizerSpec penalty,
        Role role) {

    /** What happens to a parameter in a step. */
    public enum Role {
        /** The optimizer moves it along the mean gradient. */
        TRAINABLE,
        /** A running statistic: the mean change is subtracted as it is, past the optimizer. */
        STATISTIC,
        /** Of a frozen layer: it stays as it is, to the bit. */
        FROZEN
    }

    /** The same for a layer that is frozen. */
    ParameterSpec frozen() {
        return new ParameterSpec(name, shape, initializer, fanIn, fanOut, penalty, Role.FROZEN);
    }
}
