package dev.lockstep.core.model.initializer;

import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(
        value = "glorot_normal",
        doc =
                "Normal truncated at two standard deviations, standard deviation sqrt(2 / (fan_in + fan_out)) after truncation (Glorot and Bengio 2010).")
public record GlorotNormalInitializer() implements InitializerSpec {
    @Override
    public float value(long key, long element, int fanIn, int fanOut) {
        return TruncatedNormal.value(key, element, Math.sqrt(2.0 / (fanIn + fanOut)));
    }
}
