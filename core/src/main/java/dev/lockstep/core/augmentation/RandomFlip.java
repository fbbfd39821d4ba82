package dev.lockstep.core.augmentation;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Meaning;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * Mirrors images, as Keras's layer of this name.
 *
 * @param mode in which direction
 * @param probability of each direction
 * @param seed of its own, or null for the job's
 */
public record RandomFlip(
        @Setting(
                        value = "In which direction; of two, each is decided by itself.",
                        byDefault = "horizontal_and_vertical")
                Mode mode,
        @Setting(value = "Share of the images that is mirrored.", byDefault = "0.5") double probability,
        @Setting(value = "Seed of this change; by default the job's.", optional = true) @Nullable Long seed) {
    /** In which direction an image is mirrored. */
    public enum Mode {
        /** Left becomes right. */
        @Meaning("left becomes right")
        HORIZONTAL,
        /** Top becomes bottom. */
        @Meaning("top becomes bottom")
        VERTICAL,
        /** Either, both or none. */
        @Meaning("either, both or none")
        HORIZONTAL_AND_VERTICAL
    }

    public RandomFlip {
        new Checks()
                .that("probability", Probability.isOne(probability), Probability.EXPECTED, probability)
                .done();
    }
}
