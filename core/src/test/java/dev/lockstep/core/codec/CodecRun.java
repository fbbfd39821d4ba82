package dev.lockstep.core.codec;

import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.random.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Steps of all ranks of a group with one codec. */
public final class CodecRun {
    /** How many values stay exact behind the encoded ones. */
    public static final int EXACT = 3;

    /** What one rank saw: the sums and bytes of every step, and what it holds in the end. */
    public record Seen(List<float[]> sums, List<Long> bytes, float[] residual, float[] shared) {}

    /** What a rank brings to a step. */
    public interface Gradients {
        /** The encoded values, then the exact ones. */
        float[] at(int rank, int step);
    }

    private CodecRun() {}

    /** Normal values, each with a size of its own over three orders of magnitude, times the scale. */
    public static float[] normal(long seed, int rank, int step, int encoded, double scale) {
        float[] values = new float[encoded + EXACT];
        long key = CounterRandom.key(CounterRandom.key(seed, rank), step);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * CounterRandom.normal(key, i) * Math.pow(10, -(i % 4)));
        }
        return values;
    }

    /** Runs and applies all steps; one result a rank. */
    public static List<Seen> run(
            List<? extends ProcessGroup> groups, CodecSpec codec, int encoded, int steps, Gradients gradients)
            throws Exception {
        List<Seen> ranks = new ArrayList<>();
        for (Seen seen : RankThreads.<Seen>results(groups.size(), rank -> {
            GradientMerge merge = codec.create(encoded);
            ProcessGroup group = groups.get(rank);
            float[] shared = new float[codec.sharedStateLength()];
            List<float[]> sums = new ArrayList<>();
            List<Long> bytes = new ArrayList<>();
            for (int step = 0; step < steps; step++) {
                long before = group.bytesSent();
                float[] values = gradients.at(rank, step);
                merge.sum(values, values.length, shared, group);
                merge.applied(shared);
                sums.add(values);
                bytes.add(group.bytesSent() - before);
            }
            return new Seen(sums, bytes, merge.residual(), shared);
        })) {
            ranks.add(Objects.requireNonNull(seen));
        }
        return ranks;
    }
}
