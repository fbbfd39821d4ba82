package dev.lockstep.spark.data;

import dev.lockstep.core.data.ImageFolderData.Interpolation;

/**
 * Of which pixels of a row a pixel of the resized row is made, and how much of each. Pixel i lies from i to i + 1, its
 * centre at i + 1/2, in both rows, as Keras's {@code image.resize} has it. The weights of a pixel sum to 1.
 */
final class ResizeWeights {
    private final int[] first;
    private final float[][] weights;

    private ResizeWeights(int size) {
        first = new int[size];
        weights = new float[size][];
    }

    /** The weights for resizing {@code from} pixels to {@code to}. */
    static ResizeWeights of(Interpolation interpolation, int from, int to) {
        ResizeWeights result = new ResizeWeights(to);
        double step = (double) from / to;
        for (int i = 0; i < to; i++) {
            switch (interpolation) {
                case BILINEAR -> result.between((i + 0.5) * step - 0.5, from, i);
                case NEAREST -> result.set(i, Math.min(from - 1, (int) ((i + 0.5) * step)), 1);
                case AREA -> result.cover(i * step, (i + 1) * step, from, i);
            }
        }
        return result;
    }

    private void set(int pixel, int firstSource, float... sourceWeights) {
        first[pixel] = firstSource;
        weights[pixel] = sourceWeights;
    }

    private void between(double place, int from, int pixel) {
        double inside = Math.max(0, Math.min(from - 1.0, place));
        int lower = (int) inside;
        float share = (float) (inside - lower);
        if (share == 0) {
            set(pixel, lower, 1);
        } else {
            set(pixel, lower, 1 - share, share);
        }
    }

    private void cover(double start, double end, int from, int pixel) {
        int lower = (int) start;
        int upper = Math.max(lower + 1, Math.min(from, (int) Math.ceil(end)));
        float[] covered = new float[upper - lower];
        double total = 0;
        for (int source = lower; source < upper; source++) {
            total += Math.min(end, source + 1.0) - Math.max(start, source);
        }
        for (int source = lower; source < upper; source++) {
            covered[source - lower] = (float) ((Math.min(end, source + 1.0) - Math.max(start, source)) / total);
        }
        set(pixel, lower, covered);
    }

    /** How many pixels a resized one is made of. */
    int count(int pixel) {
        return weights[pixel].length;
    }

    /** The first of them. */
    int first(int pixel) {
        return first[pixel];
    }

    /** How much of the i-th of them. */
    float weight(int pixel, int i) {
        return weights[pixel][i];
    }
}
