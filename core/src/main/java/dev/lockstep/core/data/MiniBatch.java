package dev.lockstep.core.data;

/**
 * One worker's slice of a global batch, in arrays that are allocated once and filled again for every step.
 *
 * <p>Features are [size, featureCount] row by row, already scaled; labels are [size, labelWidth]: one class index, or
 * as many values as the network has outputs. Values beyond {@link #size()} rows are unspecified.
 */
public final class MiniBatch {
    private final int capacity;
    private final int featureCount;
    private final int labelWidth;
    private final float[] features;
    private final float[] labels;
    private final int[] sampleIndices;
    private int size;

    public MiniBatch(int capacity, int featureCount, int labelWidth) {
        this.capacity = capacity;
        this.featureCount = featureCount;
        this.labelWidth = labelWidth;
        this.features = new float[Math.multiplyExact(capacity, featureCount)];
        this.labels = new float[Math.multiplyExact(capacity, labelWidth)];
        this.sampleIndices = new int[capacity];
    }

    /** The most samples it can hold. */
    public int capacity() {
        return capacity;
    }

    /** How many samples it holds. */
    public int size() {
        return size;
    }

    /** Sets how many samples it holds; their values are then the caller's to fill. */
    public void resize(int newSize) {
        if (newSize < 0 || newSize > capacity) {
            throw new IllegalArgumentException("size " + newSize + " is not within 0.." + capacity);
        }
        size = newSize;
    }

    /** Values of one sample. */
    public int featureCount() {
        return featureCount;
    }

    /** Label values of one sample. */
    public int labelWidth() {
        return labelWidth;
    }

    /** [size, featureCount], row by row. */
    public float[] features() {
        return features;
    }

    /** [size, labelWidth], row by row. */
    public float[] labels() {
        return labels;
    }

    /** The stable index of each sample in its data set; keys dropout and augmentation. */
    public int[] sampleIndices() {
        return sampleIndices;
    }
}
