package dev.lockstep.core.augmentation;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * How training images are changed before the network sees them; kinds that are null are left out.
 *
 * @param randomFlip mirrors, first
 * @param randomRotation turns, second
 * @param randomZoom stretches, third
 * @param randomTranslation shifts, fourth
 * @param fillMode what lies outside of the picture for these four
 * @param fillValue of {@code constant}
 * @param randomGaussianBlur blurs, fifth
 * @param gaussianNoise adds noise, last
 */
public record AugmentationSpec(
        @Setting(value = "Mirrors; the first change.", optional = true) @Nullable RandomFlip randomFlip,
        @Setting(value = "Turns about the centre; the second change.", optional = true) @Nullable
                RandomRotation randomRotation,
        @Setting(value = "Stretches about the centre; the third change.", optional = true) @Nullable
                RandomZoom randomZoom,
        @Setting(
                        value =
                                "Shifts; the fourth change. These four are one interpolation (bilinear), however many of"
                                        + " them are given.",
                        optional = true)
                @Nullable
                RandomTranslation randomTranslation,
        @Setting(value = "What these four find outside of the picture.", byDefault = "reflect") FillMode fillMode,
        @Setting(value = "The value outside of the picture with fill_mode constant, as scaled.", byDefault = "0")
                double fillValue,
        @Setting(value = "Blurs; the fifth change.", optional = true) @Nullable RandomGaussianBlur randomGaussianBlur,
        @Setting(value = "Adds noise; the last change.", optional = true) @Nullable GaussianNoise gaussianNoise) {
    public AugmentationSpec {
        new Checks()
                .that("fill_value", Double.isFinite(fillValue), "a finite number", fillValue)
                .done();
    }

    /** Whether any of the four changes that move pixels is given. */
    boolean movesPixels() {
        return randomFlip != null || randomRotation != null || randomZoom != null || randomTranslation != null;
    }
}
