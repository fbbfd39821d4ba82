package dev.lockstep.core.augmentation;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blurs images with a Gaussian window, as Keras's layer of this name; the picture goes on mirrored beyond its edge, where
 * Keras finds zeros, so that its mean brightness stays.
 *
 * @param sigma of the Gaussian
 * @param kernelSize pixels of the window's side
 * @param probability that an image is blurred
 * @param seed of its own, or null for the job's
 */
public record RandomGaussianBlur(
        @Setting(
                        value =
                                "Standard deviation of the Gaussian in pixels: s is uniform in [0, s], [a, b] in [a, b].",
                        byDefault = "1",
                        single = true)
                List<Double> sigma,
        @Setting(value = "Pixels of one side of the window, an odd number.", byDefault = "3") int kernelSize,
        @Setting(value = "Share of the images that is blurred.", byDefault = "1") double probability,
        @Setting(value = "Seed of this change; by default the job's.", optional = true) @Nullable Long seed) {
    private static final int LARGEST_KERNEL = 99;

    public RandomGaussianBlur {
        sigma = List.copyOf(sigma);
        new Checks()
                .that(
                        "sigma",
                        Range.isRange(sigma) && Range.fromZero(sigma).isWithin(0, Double.MAX_VALUE),
                        "one number or two in order, none below 0",
                        sigma)
                .that(
                        "kernel_size",
                        kernelSize >= 1 && kernelSize <= LARGEST_KERNEL && kernelSize % 2 == 1,
                        "an odd number from 1 to " + LARGEST_KERNEL,
                        kernelSize)
                .that("probability", Probability.isOne(probability), Probability.EXPECTED, probability)
                .done();
    }
}
