package dev.lockstep.core.train;

import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.SampleSource;
import dev.lockstep.core.evaluation.EvaluationPart;
import dev.lockstep.core.evaluation.EvaluationResult;
import dev.lockstep.core.evaluation.EvaluationScope;
import dev.lockstep.core.evaluation.EvaluationTotals;
import dev.lockstep.core.evaluation.Metric;
import dev.lockstep.core.model.ModelReplica;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a replica on samples, every rank its contiguous part; ranks exchange counts and sums, never predictions. Where
 * a replica computes in slices a rank's part is a run of slices of the whole, and their sums are added over the same tree
 * as the gradients', so that the figures do not depend on the number of ranks either.
 */
public final class Evaluator {
    /** Sees every batch that is evaluated, on the rank that computes it. */
    @FunctionalInterface
    interface Watcher {
        /** Sees nothing. */
        Watcher NOBODY = (rows, outputs) -> {};

        /** A batch was predicted; rows and outputs are filled again for the next one. */
        void evaluated(MiniBatch rows, float[] outputs);
    }

    private final ModelReplica replica;
    private final int batchSize;
    private final List<Metric> metrics;
    private @Nullable MiniBatch batch;
    private Watcher watcher = Watcher.NOBODY;

    /**
     * @param batchSize how many samples are computed at once; at most what the replica was made for
     * @param metrics that the job asks for
     */
    public Evaluator(ModelReplica replica, int batchSize, List<Metric> metrics) {
        this.replica = replica;
        this.batchSize = batchSize;
        this.metrics = List.copyOf(metrics);
    }

    /** Who sees the batches from now on. */
    void watch(Watcher newWatcher) {
        watcher = newWatcher;
    }

    /** The figures of the validation samples over all ranks, the same on each; null where there are none. */
    @Nullable
    EvaluationResult validation(TrainingData data, ProcessGroup group) {
        return data.validationIndices().length == 0
                ? null
                : evaluate(data.samples(), data.validationIndices(), EvaluationScope.VALIDATION, group)
                        .result();
    }

    /** The totals over all ranks, the same on each. */
    public EvaluationTotals evaluate(SampleSource samples, int[] indices, EvaluationScope scope, ProcessGroup group) {
        int slices = replica.slices();
        int first = group.rank() * slices;
        int all = group.size() * slices;
        EvaluationTotals totals = branch(
                first, first + slices, all, indices.length, (from, to) -> evaluate(samples, indices, from, to, scope));
        double[] values = totals.values();
        group.allReduceSum(values, values.length);
        TableGathering.gather(totals.tables(), group);
        return totals;
    }

    /** The totals over some of the indices. */
    private interface Part {
        EvaluationTotals evaluate(int from, int to);
    }

    /** The slices [low, high) of so many. */
    private static EvaluationTotals branch(int low, int high, int slices, int count, Part part) {
        if (high - low == 1) {
            return part.evaluate((int) ((long) low * count / slices), (int) ((long) (low + 1) * count / slices));
        }
        int middle = (low + high) >>> 1;
        EvaluationTotals totals = branch(low, middle, slices, count, part);
        totals.add(EvaluationPart.of(branch(middle, high, slices, count, part)));
        return totals;
    }

    /** The totals over {@code indices[from .. to - 1]}. */
    public EvaluationTotals evaluate(SampleSource samples, int[] indices, int from, int to, EvaluationScope scope) {
        EvaluationTotals totals = EvaluationTotals.of(replica.plan(), metrics, scope);
        MiniBatch rows = batchFor(samples);
        for (int start = from; start < to; start += batchSize) {
            samples.read(indices, start, Math.min(to, start + batchSize), rows);
            replica.predict(rows);
            totals.add(rows.labels(), replica.outputs(), rows.size());
            watcher.evaluated(rows, replica.outputs());
        }
        return totals;
    }

    /** The same memory for every evaluation: direct memory goes only when the collector comes by. */
    private MiniBatch batchFor(SampleSource samples) {
        int features = samples.featureShape().size();
        MiniBatch known = batch;
        if (known == null || known.featureCount() != features || known.labelWidth() != samples.labelWidth()) {
            known = new MiniBatch(batchSize, features, samples.labelWidth());
            batch = known;
        }
        return known;
    }

    /** 0 .. count - 1. */
    public static int[] all(int count) {
        int[] indices = new int[count];
        Arrays.setAll(indices, i -> i);
        return indices;
    }
}
