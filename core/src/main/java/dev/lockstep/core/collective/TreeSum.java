package dev.lockstep.core.collective;

/**
 * The one order in which ranks are summed: ranks [low, high) are split at (low + high) / 2 rounded down, and the sums
 * of the two halves are added. Every transport sums through this class, so every transport gives the same bits.
 *
 * <p>An instance holds the scratch of one caller and is not for several threads.
 */
public final class TreeSum {
    /** Values summed at once: a few blocks of doubles stay within the first-level cache. */
    private static final int BLOCK = 1024;

    /** The deepest tree of ranks: an int's worth of them. */
    private static final int DEPTH = 32;

    private float[][] floatScratch = new float[0][];
    private double[][] doubleScratch = new double[0][];

    /**
     * Sums {@code length} values of every row into the target.
     *
     * @param rows one array a rank, in rank order; {@code rows[r][offsets[r] ...]} are that rank's values
     * @param offsets where each rank's values begin
     * @param rowCount how many ranks
     * @param target receives the sums; it may be one of the rows, at the same place
     * @param targetOffset where the sums begin
     * @param length how many values
     */
    public void sum(float[][] rows, int[] offsets, int rowCount, float[] target, int targetOffset, int length) {
        if (rowCount == 2 && offsets[0] == targetOffset && offsets[1] == targetOffset) {
            addInPlace(rows[0], rows[1], target, targetOffset, targetOffset + length);
            return;
        }
        if (floatScratch.length == 0) {
            floatScratch = new float[DEPTH][BLOCK];
        }
        for (int start = 0; start < length; start += BLOCK) {
            int count = Math.min(BLOCK, length - start);
            float[] sums = floatScratch[0];
            sumBlock(rows, offsets, 0, rowCount, start, count, 0);
            System.arraycopy(sums, 0, target, targetOffset + start, count);
        }
    }

    /** The same in double precision. */
    public void sum(double[][] rows, int[] offsets, int rowCount, double[] target, int targetOffset, int length) {
        if (doubleScratch.length == 0) {
            doubleScratch = new double[DEPTH][BLOCK];
        }
        for (int start = 0; start < length; start += BLOCK) {
            int count = Math.min(BLOCK, length - start);
            double[] sums = doubleScratch[0];
            sumBlock(rows, offsets, 0, rowCount, start, count, 0);
            System.arraycopy(sums, 0, target, targetOffset + start, count);
        }
    }

    private void sumBlock(float[][] rows, int[] offsets, int low, int high, int start, int count, int level) {
        float[] sums = floatScratch[level];
        if (high - low == 1) {
            System.arraycopy(rows[low], offsets[low] + start, sums, 0, count);
            return;
        }
        int middle = (low + high) >>> 1;
        sumBlock(rows, offsets, low, middle, start, count, level);
        sumBlock(rows, offsets, middle, high, start, count, level + 1);
        add(sums, floatScratch[level + 1], count);
    }

    private void sumBlock(double[][] rows, int[] offsets, int low, int high, int start, int count, int level) {
        double[] sums = doubleScratch[level];
        if (high - low == 1) {
            System.arraycopy(rows[low], offsets[low] + start, sums, 0, count);
            return;
        }
        int middle = (low + high) >>> 1;
        sumBlock(rows, offsets, low, middle, start, count, level);
        sumBlock(rows, offsets, middle, high, start, count, level + 1);
        add(sums, doubleScratch[level + 1], count);
    }

    /*
     * Methods of their own with nothing else in them, so that the compiler turns them into vector instructions. It does so
     * only where all arrays are touched at the same index, which is why rows are copied to scratch first.
     */

    private static void add(float[] sums, float[] others, int count) {
        for (int i = 0; i < count; i++) {
            sums[i] += others[i];
        }
    }

    private static void add(double[] sums, double[] others, int count) {
        for (int i = 0; i < count; i++) {
            sums[i] += others[i];
        }
    }

    /** Two workers whose values lie at the same place, the most frequent case, need no scratch. */
    private static void addInPlace(float[] left, float[] right, float[] sums, int from, int to) {
        for (int i = from; i < to; i++) {
            sums[i] = left[i] + right[i];
        }
    }
}
