package dev.lockstep.core.data;

/** Samples in arrays of this process, features scaled already. */
public final class InMemorySamples implements SampleSource {
    private final Shape featureShape;
    private final int labelWidth;
    private final int featureCount;
    private final int sampleCount;
    private final float[] features;
    private final float[] labels;

    /**
     * Takes the arrays as they are, without a copy.
     *
     * @param features [samples, values of the shape], row by row
     * @param labels [samples, labelWidth], row by row
     * @throws IllegalArgumentException when the lengths do not agree
     */
    public InMemorySamples(Shape featureShape, int labelWidth, float[] features, float[] labels) {
        this.featureShape = featureShape;
        this.labelWidth = labelWidth;
        this.featureCount = featureShape.size();
        this.sampleCount = features.length / featureCount;
        this.features = features;
        this.labels = labels;
        if (labelWidth < 1
                || features.length != (long) sampleCount * featureCount
                || labels.length != (long) sampleCount * labelWidth) {
            throw new IllegalArgumentException(features.length + " feature values and " + labels.length
                    + " label values are no whole number of samples of shape " + featureShape + " with " + labelWidth
                    + " label values each");
        }
    }

    @Override
    public int sampleCount() {
        return sampleCount;
    }

    @Override
    public Shape featureShape() {
        return featureShape;
    }

    @Override
    public int labelWidth() {
        return labelWidth;
    }

    @Override
    public float label(int sampleIndex) {
        return labels[sampleIndex * labelWidth];
    }

    @Override
    public void read(int[] indices, int from, int to, MiniBatch into) {
        BatchRows.prepare(this, indices, from, to, into);
        for (int i = from; i < to; i++) {
            int row = i - from;
            System.arraycopy(features, indices[i] * featureCount, into.features(), row * featureCount, featureCount);
            System.arraycopy(labels, indices[i] * labelWidth, into.labels(), row * labelWidth, labelWidth);
        }
    }

    @Override
    public void close() {
        // Nothing is held but memory.
    }
}
