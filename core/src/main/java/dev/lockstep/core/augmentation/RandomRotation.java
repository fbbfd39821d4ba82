package dev.lockstep.core.augmentation;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns images about their centre, as Keras's layer of this name.
 *
 * @param factor of a full turn
 * @param probability that an image is turned
 * @param seed of its own, or null for the job's
 */
public record RandomRotation(
        @Setting(
                        value = "The angle as a share of a full turn, counter-clockwise: f is uniform in [-f, f] * 360"
                                + " degrees, [a, b] is uniform in [a, b] * 360 degrees; 0.05 is up to 18 degrees.",
                        single = true)
                List<Double> factor,
        @Setting(value = "Share of the images that is turned.", byDefault = "1") double probability,
        @Setting(value = "Seed of this change; by default the job's.", optional = true) @Nullable Long seed) {
    public RandomRotation {
        factor = List.copyOf(factor);
        new Checks()
                .that(
                        "factor",
                        Range.isRange(factor) && Range.aroundZero(factor).isWithin(-1, 1),
                        "one number or two in order, from -1 to 1",
                        factor)
                .that("probability", Probability.isOne(probability), Probability.EXPECTED, probability)
                .done();
    }
}
