package dev.lockstep.core.model.initializer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param mean of the distribution
 * @param stddev its standard deviation before it is cut
 */
@Named(
        value = "truncated_normal",
        doc =
                "Normal distribution; values more than two standard deviations from the mean are drawn again, which leaves"
                        + " 0.88 of the standard deviation.")
public record TruncatedNormalInitializer(
        @Setting(value = "Mean.", byDefault = "0") double mean,
        @Setting(value = "Standard deviation before values are drawn again.", byDefault = "0.05") double stddev)
        implements InitializerSpec {
    public TruncatedNormalInitializer {
        new Checks().notNegative("stddev", stddev).done();
    }

    @Override
    public float value(long key, long element, int fanIn, int fanOut) {
        return (float) (mean + stddev * TruncatedNormal.standard(key, element));
    }
}
