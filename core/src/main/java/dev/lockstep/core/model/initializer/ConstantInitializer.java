package dev.lockstep.core.model.initializer;

import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param value of every element
 */
@Named(value = "constant", doc = "All one value.")
public record ConstantInitializer(@Setting("The value of every element.") double value) implements InitializerSpec {
    @Override
    public float value(long key, long element, int fanIn, int fanOut) {
        return (float) value;
    }
}
