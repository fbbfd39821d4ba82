package dev.lockstep.core.data;

import java.util.Objects;

/**
 * Some samples of a set as a set of their own: the test part of the training samples. The indices that batches note are
 * those of the whole set. Closing it leaves the whole set open.
 */
public final class SelectedSamples implements SampleSource {
    private final SampleSource all;
    private final int[] selected;

    /**
     * @param all the whole set
     * @param selected stable indices in it
     */
    public SelectedSamples(SampleSource all, int[] selected) {
        this.all = all;
        this.selected = selected.clone();
        for (int index : selected) {
            Objects.checkIndex(index, all.sampleCount());
        }
    }

    @Override
    public int sampleCount() {
        return selected.length;
    }

    @Override
    public Shape featureShape() {
        return all.featureShape();
    }

    @Override
    public int labelWidth() {
        return all.labelWidth();
    }

    @Override
    public float label(int sampleIndex) {
        return all.label(selected[sampleIndex]);
    }

    @Override
    public int notedIndex(int sampleIndex) {
        return selected[sampleIndex];
    }

    @Override
    public boolean isWeighted() {
        return all.isWeighted();
    }

    @Override
    public float weight(int sampleIndex) {
        return all.weight(selected[sampleIndex]);
    }

    @Override
    public void read(int[] indices, int from, int to, MiniBatch into) {
        Objects.checkFromToIndex(from, to, indices.length);
        int[] inAll = new int[to - from];
        for (int i = from; i < to; i++) {
            inAll[i - from] = selected[indices[i]];
        }
        all.read(inAll, 0, inAll.length, into);
    }

    @Override
    public void close() {
        // The whole set is its owner's to close.
    }
}
