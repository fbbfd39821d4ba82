package dev.lockstep.core.augmentation;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import org.jspecify.annotations.Nullable;

/**
 * Changes the images of training batches as {@link AugmentationSpec} says. What is done to an image is a function of the
 * seed, the epoch and the sample's index alone: another number of workers, another slice or a resumed run change
 * nothing. Allocates nothing after its construction. Not safe for several threads.
 */
public final class ImageAugmentation {
    private static final int GREY_IMAGE_RANK = 2;
    private static final int IMAGE_RANK = 3;

    private final int values;
    private final @Nullable AffineMoves moves;
    private final @Nullable GaussianBlur blur;
    private final @Nullable ChangeNumbers blurNumbers;
    private final Range sigma;
    private final @Nullable ChangeNumbers noiseNumbers;
    private final float deviation;

    /**
     * The changes for samples of one shape.
     *
     * @param jobSeed for kinds without a seed of their own
     * @throws LockstepException (USAGE) when the samples are no images
     */
    public ImageAugmentation(AugmentationSpec spec, long jobSeed, Shape shape) {
        requireImages(spec, shape);
        int height = shape.dimensions().get(0);
        int width = shape.dimensions().get(1);
        values = shape.size();
        int channels = values / height / width;
        moves = spec.movesPixels() ? new AffineMoves(spec, jobSeed, height, width, channels) : null;
        RandomGaussianBlur blurring = spec.randomGaussianBlur();
        blur = blurring == null ? null : new GaussianBlur(height, width, channels, blurring.kernelSize());
        sigma = blurring == null ? new Range(0, 0) : Range.fromZero(blurring.sigma());
        blurNumbers = blurring == null
                ? null
                : new ChangeNumbers("random_gaussian_blur", blurring.seed(), jobSeed, blurring.probability());
        GaussianNoise noise = spec.gaussianNoise();
        deviation = noise == null ? 0 : (float) noise.stddev();
        noiseNumbers =
                noise == null ? null : new ChangeNumbers("gaussian_noise", noise.seed(), jobSeed, noise.probability());
    }

    /**
     * Checks that there are images to change.
     *
     * @param spec null for no changes, which suit every sample
     * @param shape of a sample
     * @throws LockstepException (USAGE) when there are not
     */
    public static void requireImages(@Nullable AugmentationSpec spec, Shape shape) {
        if (spec != null && shape.rank() != IMAGE_RANK && shape.rank() != GREY_IMAGE_RANK) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "training.augmentation: expected images (height, width) or (height, width, channels), found samples"
                            + " of shape " + shape + "; remove training.augmentation, or give images as data");
        }
    }

    /** Changes the images of a batch; every replica then trains on the changed ones. */
    public void apply(int epoch, MiniBatch batch) {
        float[] features = batch.changeFeatures();
        for (int row = 0; row < batch.size(); row++) {
            change(features, row * values, epoch, batch.sampleIndices()[row]);
        }
    }

    private void change(float[] images, int offset, int epoch, int sample) {
        if (moves != null) {
            moves.apply(images, offset, epoch, sample);
        }
        if (blur != null && blurNumbers != null && blurNumbers.select(epoch, sample)) {
            blur.apply(images, offset, sigma.at(blurNumbers.uniform(1)));
        }
        if (noiseNumbers != null && noiseNumbers.select(epoch, sample)) {
            NormalTable.add(noiseNumbers.elementKey(), images, offset, values, deviation);
        }
    }
}
