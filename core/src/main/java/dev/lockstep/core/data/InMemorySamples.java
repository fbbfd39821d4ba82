package dev.lockstep.core.data;

import org.jspecify.annotations.Nullable;

/** Samples in arrays of this process, features scaled already. */
public final class InMemorySamples implements SampleSource {
    private final Shape featureShape;
    private final int labelWidth;
    private final int featureCount;
    private final int sampleCount;
    private final float[] features;
    private final float[] labels;
    private final float @Nullable [] weights;

    /**
     * Takes the arrays as they are, without a copy.
     *
     * @param features [samples, values of the shape], row by row
     * @param labels [samples, labelWidth], row by row
     * @throws IllegalArgumentException when the lengths do not agree
     */
    public InMemorySamples(Shape featureShape, int labelWidth, float[] features, float[] labels) {
        this(featureShape, labelWidth, features, labels, null);
    }

    /**
     * The same with weights.
     *
     * @param weights [samples], finite and not below 0; null for 1 each
     * @throws IllegalArgumentException when the lengths do not agree or a weight is none
     */
    public InMemorySamples(
            Shape featureShape, int labelWidth, float[] features, float[] labels, float @Nullable [] weights) {
        this.featureShape = featureShape;
        this.labelWidth = labelWidth;
        this.featureCount = featureShape.size();
        this.sampleCount = features.length / featureCount;
        this.features = features;
        this.labels = labels;
        this.weights = weights;
        if (labelWidth < 1
                || features.length != (long) sampleCount * featureCount
                || labels.length != (long) sampleCount * labelWidth) {
            throw new IllegalArgumentException(features.length + " feature values and " + labels.length
                    + " label values are no whole number of samples of shape " + featureShape + " with " + labelWidth
                    + " label values each");
        }
        requireWeights(weights, sampleCount);
    }

    private static void requireWeights(float @Nullable [] weights, int sampleCount) {
        if (weights == null) {
            return;
        }
        if (weights.length != sampleCount) {
            throw new IllegalArgumentException(weights.length + " weights of " + sampleCount + " samples");
        }
        for (float weight : weights) {
            if (!Float.isFinite(weight) || weight < 0) {
                throw new IllegalArgumentException("weight " + weight + " is not a finite number from 0 on");
            }
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
    public boolean isWeighted() {
        return weights != null;
    }

    @Override
    public float weight(int sampleIndex) {
        return weights == null ? 1 : weights[sampleIndex];
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
