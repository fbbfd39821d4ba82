package dev.lockstep.core.augmentation;

import dev.lockstep.core.random.CounterRandom;

/**
 * Normal numbers by table: 4096 equally probable values, the quantiles of the standard normal distribution in the middle
 * of each 4096th, stretched to the variance 1. Noise needs one for every value of every image; a logarithm and a cosine
 * each would cost more than all other changes together. The largest is 3.7.
 */
final class NormalTable {
    private static final int VALUES = 4096;
    private static final int INDEX_BITS = 12;
    private static final int LANE_BITS = 16;
    private static final int LANES = Long.SIZE / LANE_BITS;
    private static final float[] QUANTILES = quantiles();

    private NormalTable() {}

    /** Adds to each value a number of the key's, times the standard deviation. */
    static void add(long key, float[] values, int offset, int count, float deviation) {
        for (int done = 0; done < count; done += LANES) {
            long bits = CounterRandom.bits(key, done);
            int end = Math.min(count, done + LANES);
            for (int i = done; i < end; i++) {
                values[offset + i] += deviation * QUANTILES[(int) (bits >>> (Long.SIZE - INDEX_BITS))];
                bits <<= LANE_BITS;
            }
        }
    }

    private static float[] quantiles() {
        double[] exact = new double[VALUES];
        double squares = 0;
        for (int i = 0; i < VALUES / 2; i++) {
            exact[i] = quantile((i + 0.5) / VALUES);
            exact[VALUES - 1 - i] = -exact[i];
            squares += 2 * exact[i] * exact[i];
        }
        double stretch = Math.sqrt(VALUES / squares);
        float[] quantiles = new float[VALUES];
        for (int i = 0; i < VALUES; i++) {
            quantiles[i] = (float) (exact[i] * stretch);
        }
        return quantiles;
    }

    /** Below one half, by bisection of the distribution function: it is done 2048 times, once. */
    private static double quantile(double probability) {
        double low = -5;
        double high = 0;
        for (int i = 0; i < 40; i++) {
            double middle = (low + high) / 2;
            if (distribution(middle) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** The standard normal distribution function by its series 1/2 + density * (x + x^3/3 + x^5/(3 * 5) + ...). */
    private static double distribution(double x) {
        double term = x;
        double sum = x;
        for (int i = 3; Math.abs(term) > 1e-17; i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * StrictMath.exp(-0.5 * x * x) / StrictMath.sqrt(2 * Math.PI);
    }
}
