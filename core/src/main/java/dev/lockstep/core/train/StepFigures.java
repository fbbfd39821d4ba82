package dev.lockstep.core.train;

import dev.lockstep.core.collective.TreeSum;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.evaluation.EvaluationTotals;
import dev.lockstep.core.model.NetworkPlan;

/**
 * The counts and sums over a worker's predictions in one step. Where the batch is cut into slices their sums are rounded
 * and added as if each slice were a worker's.
 */
final class StepFigures {
    /** Correct predictions, and the absolute error. */
    private static final int LENGTH = 2;

    private final EvaluationTotals totals;
    private final TreeSum treeSum = new TreeSum();
    private final int outputCount;
    private final int slices;
    private final float[][] bySlice;
    private final int[] offsets;
    private final float[] sums = new float[LENGTH];
    private float[] labels = {};
    private float[] outputs = {};

    StepFigures(NetworkPlan plan, int slices) {
        totals = EvaluationTotals.forNetwork(plan);
        outputCount = plan.outputShape().size();
        this.slices = slices;
        bySlice = new float[slices][LENGTH];
        offsets = new int[slices];
    }

    /** Counts a batch, and forgets the one before. */
    void count(MiniBatch batch, float[] batchOutputs) {
        totals.clear();
        if (slices == 1) {
            totals.add(batch.labels(), batchOutputs, batch.size());
            return;
        }
        for (int slice = 0; slice < slices; slice++) {
            countSlice(batch, batchOutputs, Slice.of(0, batch.size(), slices, slice));
            bySlice[slice][0] = (float) totals.correct();
            bySlice[slice][1] = (float) (totals.absoluteErrorSum() / outputCount);
        }
        treeSum.sum(bySlice, offsets, slices, sums, 0, LENGTH);
    }

    private void countSlice(MiniBatch batch, float[] batchOutputs, Slice rows) {
        int labelWidth = batch.labelWidth();
        if (labels.length < rows.size() * labelWidth) {
            labels = new float[rows.size() * labelWidth];
            outputs = new float[rows.size() * outputCount];
        }
        System.arraycopy(batch.labels(), rows.from() * labelWidth, labels, 0, rows.size() * labelWidth);
        System.arraycopy(batchOutputs, rows.from() * outputCount, outputs, 0, rows.size() * outputCount);
        totals.clear();
        totals.add(labels, outputs, rows.size());
    }

    double correct() {
        return slices == 1 ? totals.correct() : sums[0];
    }

    /** Over samples, of the mean over outputs. */
    double absoluteErrorSum() {
        return slices == 1 ? totals.absoluteErrorSum() / outputCount : sums[1];
    }
}
