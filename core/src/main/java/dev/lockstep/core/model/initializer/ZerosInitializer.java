package dev.lockstep.core.model.initializer;

import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(value = "zeros", doc = "All 0.")
public record ZerosInitializer() implements InitializerSpec {
    @Override
    public float value(long key, long element, int fanIn, int fanOut) {
        return 0f;
    }
}
