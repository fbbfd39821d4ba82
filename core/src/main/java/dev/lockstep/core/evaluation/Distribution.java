package dev.lockstep.core.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How some values are distributed, in buckets of equal width from the smallest to the largest. Values that are not finite
 * are left out.
 *
 * @param count how many values
 * @param minimum the smallest; 0 without values, like all that follow
 * @param maximum the largest
 * @param mean arithmetic mean
 * @param standardDeviation root of the mean square distance from the mean
 * @param norm root of the sum of squares
 * @param edges of the buckets, one more than there are buckets; empty without values. Equal values have one bucket, one
 *     wide
 * @param counts values in each bucket: from its lower edge on and below its upper one, which belongs to the last alone
 */
public record Distribution(
        long count,
        double minimum,
        double maximum,
        double mean,
        double standardDeviation,
        double norm,
        List<Float> edges,
        List<Long> counts) {
    /** Buckets where the values differ; TensorBoard's own summaries have as many. */
    public static final int BUCKETS = 30;

    public Distribution {
        edges = List.copyOf(edges);
        counts = List.copyOf(counts);
    }

    /** The distribution of {@code values[from .. to - 1]}. */
    public static Distribution of(float[] values, int from, int to) {
        long count = 0;
        float minimum = Float.POSITIVE_INFINITY;
        float maximum = Float.NEGATIVE_INFINITY;
        double sum = 0;
        double squares = 0;
        for (int i = from; i < to; i++) {
            float value = values[i];
            if (Float.isFinite(value)) {
                count++;
                minimum = Math.min(minimum, value);
                maximum = Math.max(maximum, value);
                sum += value;
                squares += (double) value * value;
            }
        }
        if (count == 0) {
            return new Distribution(0, 0, 0, 0, 0, 0, List.of(), List.of());
        }
        double mean = sum / count;
        return new Distribution(
                count,
                minimum,
                maximum,
                mean,
                deviation(values, from, to, mean, count),
                Math.sqrt(squares),
                edges(minimum, maximum),
                counts(values, from, to, minimum, maximum));
    }

    /** In a second pass: the difference of two large sums would be mostly rounding where the mean is large. */
    private static double deviation(float[] values, int from, int to, double mean, long count) {
        double squares = 0;
        for (int i = from; i < to; i++) {
            if (Float.isFinite(values[i])) {
                squares += (values[i] - mean) * (values[i] - mean);
            }
        }
        return Math.sqrt(squares / count);
    }

    private static List<Float> edges(float minimum, float maximum) {
        if (minimum == maximum) {
            return List.of(minimum - 0.5f, minimum + 0.5f);
        }
        List<Float> edges = new ArrayList<>();
        for (int i = 0; i < BUCKETS; i++) {
            edges.add((float) (minimum + i * ((double) maximum - minimum) / BUCKETS));
        }
        edges.add(maximum);
        return edges;
    }

    private static List<Long> counts(float[] values, int from, int to, float minimum, float maximum) {
        long[] counts = new long[minimum == maximum ? 1 : BUCKETS];
        double bucketsPerUnit = minimum == maximum ? 0 : BUCKETS / ((double) maximum - minimum);
        for (int i = from; i < to; i++) {
            if (Float.isFinite(values[i])) {
                int bucket = (int) (((double) values[i] - minimum) * bucketsPerUnit);
                counts[Math.min(bucket, counts.length - 1)]++;
            }
        }
        return Arrays.stream(counts).boxed().toList();
    }
}
