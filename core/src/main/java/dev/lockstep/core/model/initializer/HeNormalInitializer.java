package dev.lockstep.core.model.initializer;

import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(
        value = "he_normal",
        doc =
                "Normal truncated at two standard deviations, standard deviation sqrt(2 / fan_in) after truncation (He et al. 2015).")
public record HeNormalInitializer() implements InitializerSpec {
    @Override
    public float value(long key, long element, int fanIn, int fanOut) {
        return TruncatedNormal.value(key, element, Math.sqrt(2.0 / fanIn));
    }
}
