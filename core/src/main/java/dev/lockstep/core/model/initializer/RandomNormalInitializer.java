package dev.lockstep.core.model.initializer;

import dev.lockstep.core.random.CounterRandom;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param mean of the distribution
 * @param stddev its standard deviation
 */
@Named(value = "random_normal", doc = "Normal distribution.")
public record RandomNormalInitializer(
        @Setting(value = "Mean.", byDefault = "0") double mean,
        @Setting(value = "Standard deviation.", byDefault = "0.05") double stddev)
        implements InitializerSpec {
    public RandomNormalInitializer {
        new Checks().notNegative("stddev", stddev).done();
    }

    @Override
    public float value(long key, long element, int fanIn, int fanOut) {
        return (float) (mean + stddev * CounterRandom.normal(key, element));
    }
}
