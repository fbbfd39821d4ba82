package dev.lockstep.core.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.FeatureEncoding;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.random.CounterRandom;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Blur, noise, and what decides which image is changed how. */
class ImageAugmentationTest {
    private static final long SEED = 20_261;
    private static final Shape SHAPE = Shape.of(6, 5, 3);
    private static final int SAMPLES = 40;

    private static final RandomFlip FLIP = new RandomFlip(RandomFlip.Mode.HORIZONTAL_AND_VERTICAL, 0.5, null);
    private static final RandomRotation ROTATION = new RandomRotation(List.of(0.1), 1, null);
    private static final RandomZoom ZOOM = new RandomZoom(List.of(-0.2, 0.3), null, 1, null);
    private static final RandomTranslation SHIFT = new RandomTranslation(List.of(0.2), List.of(-0.1, 0.3), 0.8, null);
    private static final RandomGaussianBlur BLUR = new RandomGaussianBlur(List.of(1.0), 5, 0.5, null);
    private static final GaussianNoise NOISE = new GaussianNoise(0.1, 1, null);

    private static AugmentationSpec everything() {
        return new AugmentationSpec(FLIP, ROTATION, ZOOM, SHIFT, FillMode.REFLECT, 0, BLUR, NOISE);
    }

    private static AugmentationSpec only(@Nullable RandomFlip flip, @Nullable GaussianNoise noise) {
        return new AugmentationSpec(flip, null, null, null, FillMode.REFLECT, 0, null, noise);
    }

    /** Samples in the given order, as bytes; a sample's pixels are a function of its index. */
    private static MiniBatch batch(int... indices) {
        MiniBatch batch = new MiniBatch(indices.length, SHAPE.size(), 1);
        batch.resize(indices.length);
        batch.useRaw(new FeatureEncoding(ElementType.U8, 255));
        for (int row = 0; row < indices.length; row++) {
            batch.sampleIndices()[row] = indices[row];
            for (int i = 0; i < SHAPE.size(); i++) {
                batch.rawFeatures().put(row * SHAPE.size() + i, (byte) CounterRandom.bits(indices[row], i));
            }
        }
        return batch;
    }

    private static float[] changed(AugmentationSpec spec, long seed, int epoch, int... indices) {
        MiniBatch batch = batch(indices);
        new ImageAugmentation(spec, seed, SHAPE).apply(epoch, batch);
        return batch.features();
    }

    private static int[] all() {
        int[] all = new int[SAMPLES];
        Arrays.setAll(all, i -> i);
        return all;
    }

    @Test
    void withoutKindsEveryBitStays() {
        assertThat(changed(only(null, null), SEED, 0, all()))
                .isEqualTo(batch(all()).features());
    }

    @Test
    void aSampleIsChangedAlikeInWhateverBatchItIs() {
        float[] together = changed(everything(), SEED, 3, all());
        for (int sample = 0; sample < SAMPLES; sample++) {
            int size = SHAPE.size();
            assertThat(changed(everything(), SEED, 3, 17, sample))
                    .as("sample %d", sample)
                    .endsWith(Arrays.copyOfRange(together, sample * size, (sample + 1) * size));
        }
    }

    @Test
    void anotherSeedOrEpochChangesItOtherwise() {
        float[] one = changed(everything(), SEED, 3, all());
        assertThat(changed(everything(), SEED, 3, all())).isEqualTo(one);
        assertThat(changed(everything(), SEED, 4, all())).isNotEqualTo(one);
        assertThat(changed(everything(), SEED + 1, 3, all())).isNotEqualTo(one);
    }

    @Test
    void aKindsOwnSeedReplacesTheJobs() {
        GaussianNoise own = new GaussianNoise(0.1, 1, SEED);
        assertThat(changed(only(null, own), SEED + 1, 0, all())).isEqualTo(changed(only(null, NOISE), SEED, 0, all()));
    }

    @Test
    void replicasThatReadBytesGetTheChangedFloats() {
        MiniBatch batch = batch(all());
        assertThat(batch.hasRawFeatures()).isTrue();
        new ImageAugmentation(only(null, NOISE), SEED, SHAPE).apply(0, batch);
        assertThat(batch.hasRawFeatures()).isFalse();
        assertThat(batch.features()).isNotEqualTo(batch(all()).features());
    }

    @Test
    void aFlipHappensToItsShareOfTheImagesInEachDirection() {
        int horizontal = 0;
        int vertical = 0;
        int both = 0;
        ImageAugmentation augmentation = new ImageAugmentation(only(FLIP, null), SEED, Shape.of(2, 2));
        int count = 4_000;
        for (int sample = 0; sample < count; sample++) {
            MiniBatch batch = new MiniBatch(1, 4, 1);
            batch.resize(1);
            batch.sampleIndices()[0] = sample;
            System.arraycopy(new float[] {1, 2, 3, 4}, 0, batch.features(), 0, 4);
            augmentation.apply(0, batch);
            float first = batch.features()[0];
            horizontal += first == 2 || first == 4 ? 1 : 0;
            vertical += first == 3 || first == 4 ? 1 : 0;
            both += first == 4 ? 1 : 0;
        }
        // Five standard deviations of 4000 tosses are 0.04.
        assertThat((double) horizontal / count).as("seed %d", SEED).isCloseTo(0.5, within(0.04));
        assertThat((double) vertical / count).isCloseTo(0.5, within(0.04));
        assertThat((double) both / count).isCloseTo(0.25, within(0.04));
    }

    @Test
    void rowsOfNumbersAreRefused() {
        assertThatThrownBy(() -> new ImageAugmentation(everything(), SEED, Shape.of(784)))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContainingAll("training.augmentation", "(784)", "(height, width)");
        ImageAugmentation.requireImages(null, Shape.of(784));
        ImageAugmentation.requireImages(everything(), Shape.of(28, 28));
    }

    @Test
    void blurSpreadsAPointByTheGaussian() {
        float[] point = new float[49];
        point[24] = 1;
        new GaussianBlur(7, 7, 1, 3).apply(point, 0, 0.8);
        double side = Math.exp(-0.5 / (0.8 * 0.8));
        double sum = 1 + 2 * side;
        assertThat((double) point[24]).isCloseTo(1 / (sum * sum), within(1e-6));
        assertThat((double) point[23]).isCloseTo(side / (sum * sum), within(1e-6));
        assertThat((double) point[16]).isCloseTo(side * side / (sum * sum), within(1e-6));
        assertThat(point[22]).isZero();
    }

    @Test
    void blurKeepsTheSumOfEveryChannelEvenWhereTheWindowIsLargerThanThePicture() {
        for (int kernelSize : new int[] {1, 3, 5, 15}) {
            float[] image = batch(3).features().clone();
            double[] before = channelSums(image);
            new GaussianBlur(6, 5, 3, kernelSize).apply(image, 0, 1.7);
            assertThat(channelSums(image)).containsExactly(before, within(1e-4));
        }
    }

    private static double[] channelSums(float[] image) {
        double[] sums = new double[3];
        for (int i = 0; i < image.length; i++) {
            sums[i % 3] += image[i];
        }
        return sums;
    }

    @Test
    void noiseIsNormal() {
        float[] noise = new float[400_000];
        for (int sample = 0; sample < 1_000; sample++) {
            NormalTable.add(CounterRandom.key(SEED, sample), noise, sample * 400, 400, 2);
        }
        double mean = 0;
        double square = 0;
        double fourth = 0;
        int beyondTwo = 0;
        for (float value : noise) {
            double standard = value / 2;
            mean += standard / noise.length;
            square += standard * standard / noise.length;
            fourth += Math.pow(standard, 4) / noise.length;
            beyondTwo += Math.abs(standard) > 2 ? 1 : 0;
        }
        // Five standard errors: 1 / sqrt(n), sqrt(2 / n), sqrt(96 / n), sqrt(p / n).
        assertThat(mean).as("seed %d", SEED).isCloseTo(0, within(0.008));
        assertThat(square).isCloseTo(1, within(0.012));
        // The table ends at 3.7, which takes a little off the tails.
        assertThat(fourth).isCloseTo(3, within(0.12));
        assertThat((double) beyondTwo / noise.length).isCloseTo(0.0455, within(0.002));
        assertThat(correlationWithTheNext(noise)).isCloseTo(0, within(0.008));
    }

    private static double correlationWithTheNext(float[] values) {
        double sum = 0;
        for (int i = 1; i < values.length; i++) {
            sum += values[i - 1] / 2.0 * values[i] / 2.0;
        }
        return sum / values.length;
    }

    /** The collector must have nothing to do while a run goes on. */
    @Test
    void changingAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        MiniBatch batch = batch(all());
        ImageAugmentation augmentation = new ImageAugmentation(everything(), SEED, SHAPE);
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 200; i++) {
                augmentation.apply(i, batch);
            }
            fewest = Math.min(fewest, threads.getThreadAllocatedBytes(thread) - before);
        }
        assertThat(fewest).as("bytes in 200 batches").isLessThan(2_000);
    }
}
