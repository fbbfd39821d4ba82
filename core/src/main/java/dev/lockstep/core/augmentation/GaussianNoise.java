package dev.lockstep.core.augmentation;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * Adds a normal number to every value, as Keras's layer of this name.
 *
 * @param stddev standard deviation of the numbers
 * @param probability that an image gets any
 * @param seed of its own, or null for the job's
 */
public record GaussianNoise(
        @Setting("Standard deviation, in units of the scaled values: 0.05 where pixels are 0 to 1.") double stddev,
        @Setting(value = "Share of the images that gets noise.", byDefault = "1") double probability,
        @Setting(value = "Seed of this change; by default the job's.", optional = true) @Nullable Long seed) {
    public GaussianNoise {
        new Checks()
                .notNegative("stddev", stddev)
                .that("probability", Probability.isOne(probability), Probability.EXPECTED, probability)
                .done();
    }
}
