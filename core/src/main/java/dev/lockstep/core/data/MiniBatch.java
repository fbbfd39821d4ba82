package dev.lockstep.core.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One worker's slice of a global batch, in memory that is allocated once and filled again for every step.
 *
 * <p>Features are [size, featureCount] row by row; labels are [size, labelWidth]: one class index, or as many values as
 * the network has outputs. Values beyond {@link #size()} rows are unspecified.
 *
 * <p>A source fills the features in one of two forms. Samples that lie packed are copied as they are stored, into the
 * raw form; {@link #features()} then decodes them when it is first asked after a fill, so that a replica which reads
 * the raw form itself never pays for that. Samples that are floats already go into {@link #features()} directly, and
 * there is no raw form. A caller that changes features asks for them by {@link #changeFeatures()}, which does away with the raw
 * form: else a replica that reads it would not see the change.
 *
 * <p>Owned by one thread.
 */
public final class MiniBatch {
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final int capacity;
    private final int featureCount;
    private final int labelWidth;
    private final int featureCapacity;
    private final float[] labels;
    private final int[] sampleIndices;
    private final float[] weights;
    private float @Nullable [] features;
    private ByteBuffer raw = NOTHING;
    private FloatBuffer rawFloats = NOTHING.asFloatBuffer();
    private @Nullable FeatureEncoding encoding;
    private boolean toDecode;
    private boolean isWeighted;
    private int size;

    public MiniBatch(int capacity, int featureCount, int labelWidth) {
        this.capacity = capacity;
        this.featureCount = featureCount;
        this.labelWidth = labelWidth;
        this.featureCapacity = Math.multiplyExact(capacity, featureCount);
        this.labels = new float[Math.multiplyExact(capacity, labelWidth)];
        this.sampleIndices = new int[capacity];
        this.weights = new float[capacity];
    }

    /** The most samples it can hold. */
    public int capacity() {
        return capacity;
    }

    /** How many samples it holds. */
    public int size() {
        return size;
    }

    /**
     * Sets how many samples it holds; their values are then the caller's to fill, as floats unless {@link #useRaw}
     * follows.
     */
    public void resize(int newSize) {
        if (newSize < 0 || newSize > capacity) {
            throw new IllegalArgumentException("size " + newSize + " is not within 0.." + capacity);
        }
        size = newSize;
        encoding = null;
        toDecode = false;
        isWeighted = false;
    }

    /**
     * Announces, after {@link #resize}, that the caller fills {@link #rawFeatures()}.
     *
     * @param newEncoding how the values are stored; with another type than before, memory is allocated anew
     */
    public void useRaw(FeatureEncoding newEncoding) {
        long bytes = (long) featureCapacity * newEncoding.type().bytes();
        if (raw.capacity() != bytes) {
            raw = ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
            rawFloats = raw.asFloatBuffer();
        }
        encoding = newEncoding;
        toDecode = true;
    }

    /** Fills another batch, of the same shape, with the samples of some rows, in the form that they have here. */
    public void copyRows(Slice rows, MiniBatch target) {
        Objects.checkFromToIndex(rows.from(), rows.to(), size);
        int count = rows.size();
        target.resize(count);
        FeatureEncoding stored = encoding;
        if (stored == null) {
            System.arraycopy(features(), rows.from() * featureCount, target.features(), 0, count * featureCount);
        } else {
            target.useRaw(stored);
            int bytesPerRow = featureCount * stored.type().bytes();
            target.raw.put(0, raw, rows.from() * bytesPerRow, count * bytesPerRow);
        }
        System.arraycopy(labels, rows.from() * labelWidth, target.labels, 0, count * labelWidth);
        System.arraycopy(sampleIndices, rows.from(), target.sampleIndices, 0, count);
        if (isWeighted) {
            System.arraycopy(weights, rows.from(), target.useWeights(), 0, count);
        }
    }

    /**
     * Checks that a replica can take this batch.
     *
     * @param maximumSize the most samples it was made for
     * @param features values of one sample that it was made for
     * @throws IllegalArgumentException with both shapes when it cannot
     */
    public void requireFits(int maximumSize, int features) {
        if (size > maximumSize || featureCount != features) {
            throw new IllegalArgumentException("a batch of [" + size + ", " + featureCount
                    + "] does not fit a replica made for at most [" + maximumSize + ", " + features + "]");
        }
    }

    /** Values of one sample. */
    public int featureCount() {
        return featureCount;
    }

    /** Label values of one sample. */
    public int labelWidth() {
        return labelWidth;
    }

    /** [size, featureCount], row by row, scaled; decoded now where the samples were filled in raw form. */
    public float[] features() {
        float[] values = features;
        if (values == null) {
            values = new float[featureCapacity];
            features = values;
        }
        if (toDecode) {
            decode(encoding(), values);
            toDecode = false;
        }
        return values;
    }

    /**
     * {@link #features()} for the caller to change. Until the next fill there is no raw form, so that every replica takes
     * what was changed.
     */
    public float[] changeFeatures() {
        float[] values = features();
        encoding = null;
        return values;
    }

    private void decode(FeatureEncoding stored, float[] target) {
        int count = size * featureCount;
        if (stored.type() == ElementType.U8) {
            stored.decode(raw, count, target);
        } else {
            stored.decode(rawFloats, count, target);
        }
    }

    /** Whether the samples were filled in raw form. */
    public boolean hasRawFeatures() {
        return encoding != null;
    }

    /**
     * [size, featureCount], row by row, as stored: direct, in native order, with room for {@link #capacity()} samples.
     * Read it at absolute positions. The same buffer after every fill of the same type.
     *
     * @throws IllegalStateException when there is no raw form
     */
    public ByteBuffer rawFeatures() {
        encoding();
        return raw;
    }

    /** The raw form as floats, where it is F32. */
    FloatBuffer rawFloats() {
        encoding();
        return rawFloats;
    }

    /**
     * How a raw value is stored.
     *
     * @throws IllegalStateException when there is no raw form
     */
    public ElementType rawType() {
        return encoding().type();
    }

    /**
     * What a raw value is multiplied by to give a feature: within two units in the last place of {@link #features()},
     * which divides in double precision.
     *
     * @throws IllegalStateException when there is no raw form
     */
    public float rawScale() {
        return encoding().factor();
    }

    private FeatureEncoding encoding() {
        FeatureEncoding current = encoding;
        if (current == null) {
            throw new IllegalStateException("the samples of this batch were filled as floats: they have no raw form");
        }
        return current;
    }

    /** [size, labelWidth], row by row. */
    public float[] labels() {
        return labels;
    }

    /**
     * Announces, after the samples were filled, that each has a weight of its own.
     *
     * @return [size], for the caller to fill
     */
    public float[] useWeights() {
        isWeighted = true;
        return weights;
    }

    /** What the loss and the gradient of the sample in a row are multiplied by: 1 without {@link #useWeights}. */
    public float weight(int row) {
        return isWeighted ? weights[row] : 1;
    }

    /** The stable index of each sample in its data set; keys dropout and augmentation. */
    public int[] sampleIndices() {
        return sampleIndices;
    }
}
