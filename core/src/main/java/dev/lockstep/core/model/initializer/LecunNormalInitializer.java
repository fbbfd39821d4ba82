package dev.lockstep.core.model.initializer;

import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(
        value = "lecun_normal",
        doc =
                "Normal truncated at two standard deviations, standard deviation sqrt(1 / fan_in) after truncation (LeCun et al. 1998).")
public record LecunNormalInitializer() implements InitializerSpec {
    @Override
    public float value(long key, long element, int fanIn, int fanOut) {
        return TruncatedNormal.value(key, element, Math.sqrt(1.0 / fanIn));
    }
}
