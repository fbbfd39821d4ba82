package dev.lockstep.core.augmentation;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stretches images about their centre, as Keras's layer of this name.
 *
 * @param heightFactor of the height
 * @param widthFactor of the width; null for the very number that the height has
 * @param probability that an image is stretched
 * @param seed of its own, or null for the job's
 */
public record RandomZoom(
        @Setting(
                        value =
                                "How much more of the height is seen: f is uniform in [-f, f], [a, b] in [a, b]. Above 0"
                                        + " things become smaller, below 0 larger: -0.5 doubles them.",
                        single = true)
                List<Double> heightFactor,
        @Setting(
                        value = "The same of the width; by default the number drawn for the height, which keeps the"
                                + " proportions.",
                        optional = true,
                        single = true)
                @Nullable
                List<Double> widthFactor,
        @Setting(value = "Share of the images that is stretched.", byDefault = "1") double probability,
        @Setting(value = "Seed of this change; by default the job's.", optional = true) @Nullable Long seed) {
    private static final double LARGEST = 10;
    private static final String EXPECTED = "one number below 1, or two in order, above -1 and at most 10";

    public RandomZoom {
        heightFactor = List.copyOf(heightFactor);
        widthFactor = widthFactor == null ? null : List.copyOf(widthFactor);
        new Checks()
                .that("height_factor", isZoom(heightFactor), EXPECTED, heightFactor)
                .that("width_factor", widthFactor == null || isZoom(widthFactor), EXPECTED, String.valueOf(widthFactor))
                .that("probability", Probability.isOne(probability), Probability.EXPECTED, probability)
                .done();
    }

    /** At -1 nothing would be seen. */
    private static boolean isZoom(List<Double> factor) {
        return Range.isRange(factor)
                && Range.aroundZero(factor).isWithin(-1, LARGEST)
                && Range.aroundZero(factor).low() > -1;
    }
}
