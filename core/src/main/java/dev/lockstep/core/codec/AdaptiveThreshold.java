package dev.lockstep.core.codec;

import java.util.Arrays;

/**
 * The threshold that makes workers send a given number of thresholds for each value. It is a function of what all ranks know, in
 * arithmetic that is the same on every processor, so it is the same on every rank without being sent.
 *
 * <p>Thresholds have {@value #SIGNIFICANT_BITS} significant bits: sums of up to 4,096 of them are exact, so the order in
 * which ranks are summed cannot matter.
 */
final class AdaptiveThreshold {
    private static final int SIGNIFICANT_BITS = 12;
    private static final int DROPPED_BITS = 24 - SIGNIFICANT_BITS;

    /**
     * How strongly the threshold answers to the density. What is kept back piles up below a threshold, so a small step
     * down sends many values at once and a small step up none: with 0.2 a density of 0.002 swings by a factor of 100.
     */
    private static final double GAIN = 0.05;

    private static final double LARGEST_CHANGE = 2;

    /** Beyond it sums of thresholds could overflow. */
    private static final float LARGEST = 0x1p100f;

    private static final int SAMPLES = 1 << 16;

    private final double density;

    AdaptiveThreshold(double density) {
        this.density = density;
    }

    /**
     * The first threshold: of the values of an exact sum, divided by the ranks, as many reach it as the density asks
     * for.
     *
     * @return 0 when they are nearly all 0
     */
    float first(float[] sums, int length, int ranks) {
        int stride = Math.max(1, length / SAMPLES);
        float[] magnitudes = new float[(length + stride - 1) / stride];
        for (int i = 0; i < magnitudes.length; i++) {
            magnitudes[i] = Math.abs(sums[i * stride]);
        }
        Arrays.sort(magnitudes);
        int rank = magnitudes.length - 1 - (int) (density * magnitudes.length);
        return magnitudes.length == 0 ? 0 : rounded(magnitudes[Math.max(rank, 0)] / ranks);
    }

    /**
     * The threshold after a step.
     *
     * @param threshold of the step
     * @param sent by all ranks together
     * @param values that they could have sent
     */
    float next(float threshold, long sent, long values) {
        double ratio = sent / (density * values);
        double change = Math.max(1 / LARGEST_CHANGE, Math.min(LARGEST_CHANGE, StrictMath.pow(ratio, GAIN)));
        return Math.max(Float.MIN_NORMAL, Math.min(rounded((float) (threshold * change)), LARGEST));
    }

    private static float rounded(float value) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(value) >>> DROPPED_BITS << DROPPED_BITS);
    }
}
