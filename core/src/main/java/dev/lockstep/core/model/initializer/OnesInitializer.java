package dev.lockstep.core.model.initializer;

import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(value = "ones", doc = "All 1.")
public record OnesInitializer() implements InitializerSpec {
    @Override
    public float value(long key, long element, int fanIn, int fanOut) {
        return 1f;
    }
}
