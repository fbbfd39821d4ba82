package dev.lockstep.core.model.initializer;

import dev.lockstep.core.random.CounterRandom;
import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(value = "glorot_uniform", doc = "Uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010).")
public record GlorotUniformInitializer() implements InitializerSpec {
    @Override
    public float value(long key, long element, int fanIn, int fanOut) {
        return (float) ((2 * CounterRandom.uniform(key, element) - 1) * Math.sqrt(6.0 / (fanIn + fanOut)));
    }
}
