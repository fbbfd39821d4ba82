package dev.lockstep.core.data;

import java.util.Objects;

/** What every source does before it fills a batch. */
final class BatchRows {
    private BatchRows() {}

    /** Checks that the rows fit, sets the batch's size and notes the samples' stable indices. */
    static void prepare(SampleSource source, int[] indices, int from, int to, MiniBatch into) {
        Objects.checkFromToIndex(from, to, indices.length);
        if (into.featureCount() != source.featureShape().size() || into.labelWidth() != source.labelWidth()) {
            throw new IllegalArgumentException("a batch of " + into.featureCount() + " features and "
                    + into.labelWidth() + " label values cannot take samples of "
                    + source.featureShape().size() + " and " + source.labelWidth());
        }
        int sampleCount = source.sampleCount();
        for (int i = from; i < to; i++) {
            Objects.checkIndex(indices[i], sampleCount);
        }
        into.resize(to - from);
        System.arraycopy(indices, from, into.sampleIndices(), 0, to - from);
    }
}
