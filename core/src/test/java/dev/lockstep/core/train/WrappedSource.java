package dev.lockstep.core.train;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.SampleSource;
import dev.lockstep.core.data.Shape;

/** A sample source that does something before each batch of training samples. */
final class WrappedSource implements SampleSource {
    /** Sees which samples are about to be read. */
    interface BeforeRead {
        void reading(int[] indices, int from, int to);
    }

    private final SampleSource actual;
    private final BeforeRead before;

    WrappedSource(SampleSource actual, BeforeRead before) {
        this.actual = actual;
        this.before = before;
    }

    @Override
    public int sampleCount() {
        return actual.sampleCount();
    }

    @Override
    public Shape featureShape() {
        return actual.featureShape();
    }

    @Override
    public int labelWidth() {
        return actual.labelWidth();
    }

    @Override
    public float label(int sampleIndex) {
        return actual.label(sampleIndex);
    }

    @Override
    public boolean isWeighted() {
        return actual.isWeighted();
    }

    @Override
    public float weight(int sampleIndex) {
        return actual.weight(sampleIndex);
    }

    @Override
    public void read(int[] indices, int from, int to, MiniBatch into) {
        before.reading(indices, from, to);
        actual.read(indices, from, to, into);
    }

    @Override
    public void close() {}
}
