package dev.lockstep.core.data;

/** Samples at stable indices 0 .. sampleCount() - 1, readable in any order. Safe for several reading threads. */
public interface SampleSource extends AutoCloseable {
    /** How many samples there are. */
    int sampleCount();

    /** The shape of one sample's features. */
    Shape featureShape();

    /** Label values a sample: 1 for a class index or a single target. */
    int labelWidth();

    /** The first label value of a sample: its class, or its target. */
    float label(int sampleIndex);

    /** The index that batches note of a sample: where the source is a part of a larger set, that of the larger set. */
    default int notedIndex(int sampleIndex) {
        return sampleIndex;
    }

    /** Whether samples have weights of their own. */
    default boolean isWeighted() {
        return false;
    }

    /** What the loss and the gradient of a sample are multiplied by in training; 1 without weights. */
    default float weight(int sampleIndex) {
        return 1;
    }

    /**
     * Fills the batch with the samples {@code indices[from] .. indices[to - 1]}, in that order, features scaled. {@code
     * from == to} gives an empty batch.
     */
    void read(int[] indices, int from, int to, MiniBatch into);

    @Override
    void close();
}
