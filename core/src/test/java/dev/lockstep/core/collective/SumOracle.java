package dev.lockstep.core.collective;

import java.util.Random;

/** The sum over ranks told in the plainest way, and numbers whose sum depends on the order. */
public final class SumOracle {
    private SumOracle() {}

    /** The values one rank brings: several orders of magnitude, so that another order of summing shows in the bits. */
    public static float[] floats(int rank, int length) {
        Random random = new Random(rank * 7919L + 17);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (random.nextFloat() - 0.5f) * (float) Math.pow(10, random.nextInt(5) - 2);
        }
        return values;
    }

    /** The same in double precision. */
    public static double[] doubles(int rank, int length) {
        Random random = new Random(rank * 7907L + 19);
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(9) - 4);
        }
        return values;
    }

    /** Element {@code i} summed over ranks [low, high). */
    public static float sum(float[][] rows, int[] offsets, int low, int high, int i) {
        if (high - low == 1) {
            return rows[low][offsets[low] + i];
        }
        int middle = (low + high) / 2;
        return sum(rows, offsets, low, middle, i) + sum(rows, offsets, middle, high, i);
    }

    /** Element {@code i} summed over ranks [low, high). */
    public static double sum(double[][] rows, int[] offsets, int low, int high, int i) {
        if (high - low == 1) {
            return rows[low][offsets[low] + i];
        }
        int middle = (low + high) / 2;
        return sum(rows, offsets, low, middle, i) + sum(rows, offsets, middle, high, i);
    }

    /** What every rank must hold after the sum of {@link #floats} over all ranks. */
    public static float[] floatSums(int size, int length) {
        float[][] rows = new float[size][];
        for (int rank = 0; rank < size; rank++) {
            rows[rank] = floats(rank, length);
        }
        float[] sums = new float[length];
        for (int i = 0; i < length; i++) {
            sums[i] = sum(rows, new int[size], 0, size, i);
        }
        return sums;
    }

    /** What every rank must hold after the sum of {@link #doubles} over all ranks. */
    public static double[] doubleSums(int size, int length) {
        double[][] rows = new double[size][];
        for (int rank = 0; rank < size; rank++) {
            rows[rank] = doubles(rank, length);
        }
        double[] sums = new double[length];
        for (int i = 0; i < length; i++) {
            sums[i] = sum(rows, new int[size], 0, size, i);
        }
        return sums;
    }
}
