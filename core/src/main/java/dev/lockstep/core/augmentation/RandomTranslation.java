package dev.lockstep.core.augmentation;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shifts images, as Keras's layer of this name.
 *
 * @param heightFactor of the height
 * @param widthFactor of the width
 * @param probability that an image is shifted
 * @param seed of its own, or null for the job's
 */
public record RandomTranslation(
        @Setting(
                        value = "How far down as a share of the height: f is uniform in [-f, f], [a, b] in [a, b].",
                        byDefault = "0",
                        single = true)
                List<Double> heightFactor,
        @Setting(value = "How far to the right as a share of the width, likewise.", byDefault = "0", single = true)
                List<Double> widthFactor,
        @Setting(value = "Share of the images that is shifted.", byDefault = "1") double probability,
        @Setting(value = "Seed of this change; by default the job's.", optional = true) @Nullable Long seed) {
    private static final String EXPECTED = "one number or two in order, from -1 to 1";

    public RandomTranslation {
        heightFactor = List.copyOf(heightFactor);
        widthFactor = List.copyOf(widthFactor);
        new Checks()
                .that("height_factor", isShift(heightFactor), EXPECTED, heightFactor)
                .that("width_factor", isShift(widthFactor), EXPECTED, widthFactor)
                .that("probability", Probability.isOne(probability), Probability.EXPECTED, probability)
                .done();
    }

    private static boolean isShift(List<Double> factor) {
        return Range.isRange(factor) && Range.aroundZero(factor).isWithin(-1, 1);
    }
}
