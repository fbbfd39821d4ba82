package dev.lockstep.core.sync;

import java.util.Arrays;

/** Looks for NaN, infinity and values too large to be worked with; one pass at the speed of memory where there are none. */
public final class FiniteScan {
    /**
     * A gradient beyond it is as good as infinite: Adam's second moment is a square, and single precision ends at 3.4e38.
     * A moment that has become infinite would keep its parameter where it is for ever, without a sign.
     */
    public static final float LARGEST_GRADIENT = 1e18f;

    /** As many sums are taken side by side; they and their values stay in the first-level cache. */
    private static final int LANES = 1024;

    private final float[] sums = new float[LANES];
    private final float[] portion = new float[LANES];

    /** The first of so many values that is not finite; -1 when all are. */
    public int firstNotFinite(float[] values, int length) {
        return first(values, length, Float.MAX_VALUE);
    }

    /** The first of so many values that is not finite or beyond {@link #LARGEST_GRADIENT}; -1 when there is none. */
    public int firstUnusable(float[] gradient, int length) {
        return first(gradient, length, LARGEST_GRADIENT);
    }

    /** A sum is small only where every value is; the rare sum that is not is looked at value by value. */
    private int first(float[] values, int length, float largest) {
        return sumsAreWithin(values, length, largest) ? -1 : firstBeyond(values, length, largest);
    }

    private boolean sumsAreWithin(float[] values, int length, float largest) {
        Arrays.fill(sums, 0);
        for (int from = 0; from < length; from += LANES) {
            int count = Math.min(LANES, length - from);
            System.arraycopy(values, from, portion, 0, count);
            addToSums(count);
        }
        return firstBeyond(sums, LANES, largest) < 0;
    }

    /** Of its own, with both arrays touched at one index: that is what the compiler vectorises. */
    private void addToSums(int count) {
        float[] to = sums;
        float[] from = portion;
        for (int i = 0; i < count; i++) {
            to[i] += from[i];
        }
    }

    private static int firstBeyond(float[] values, int length, float largest) {
        for (int i = 0; i < length; i++) {
            // Written so that NaN, which is not within anything, is found.
            if (!(Math.abs(values[i]) <= largest)) {
                return i;
            }
        }
        return -1;
    }
}
