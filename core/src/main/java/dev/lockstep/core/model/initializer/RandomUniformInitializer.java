package dev.lockstep.core.model.initializer;

import dev.lockstep.core.random.CounterRandom;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param minval lower bound
 * @param maxval upper bound
 */
@Named(value = "random_uniform", doc = "Uniform distribution.")
public record RandomUniformInitializer(
        @Setting(value = "Lower bound, included.", byDefault = "-0.05") double minval,
        @Setting(value = "Upper bound, excluded.", byDefault = "0.05") double maxval)
        implements InitializerSpec {
    public RandomUniformInitializer {
        new Checks()
                .that("maxval", maxval > minval, "a number above minval " + minval, maxval)
                .done();
    }

    @Override
    public float value(long key, long element, int fanIn, int fanOut) {
        return (float) (minval + (maxval - minval) * CounterRandom.uniform(key, element));
    }
}
