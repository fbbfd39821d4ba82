package dev.lockstep.core.data;

import dev.lockstep.core.checksum.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/**
 * Writes one packed file to a stream, front to back. Features, labels, marks and weights may come in turn or one after
 * the other: features are written at once, the others are kept until {@link #finish}.
 */
public final class PackedWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final PackedHeader header;
    private final OutputStream target;
    private final MessageDigest digest = Sha256.digest();
    private final OutputStream out;
    private final ByteBuffer labels;
    private final ByteBuffer marks;
    private final ByteBuffer weights;
    private final int[] markCounts = new int[SamplePart.values().length];
    private final ByteBuffer floats = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long featureBytesWritten;

    /**
     * Writes the header.
     *
     * @param stream closed with this writer
     * @throws dev.lockstep.core.error.LockstepException when the file would have more than 2^31 - 1 bytes
     */
    public PackedWriter(OutputStream stream, PackedHeader header) throws IOException {
        header.requireMappable();
        this.header = header;
        this.target = stream;
        this.out = new BufferedOutputStream(new DigestOutputStream(stream, digest), BUFFER_BYTES);
        this.labels = ByteBuffer.allocate((int) header.labelBytes()).order(ByteOrder.LITTLE_ENDIAN);
        this.marks = ByteBuffer.allocate((int) header.markBytes());
        this.weights = ByteBuffer.allocate((int) header.weightBytes()).order(ByteOrder.LITTLE_ENDIAN);
        out.write(header.encoded());
    }

    /** Writes U8 features, samples one after the other. */
    public void writeFeatures(byte[] values, int offset, int count) throws IOException {
        require(header.featureType() == ElementType.U8, "features are " + header.featureType() + ", not U8");
        countFeatures(count);
        out.write(values, offset, count);
    }

    /** Writes F32 features, samples one after the other. */
    public void writeFeatures(float[] values, int offset, int count) throws IOException {
        require(header.featureType() == ElementType.F32, "features are " + header.featureType() + ", not F32");
        countFeatures((long) count * Float.BYTES);
        int done = 0;
        while (done < count) {
            int part = Math.min(count - done, BUFFER_BYTES / Float.BYTES);
            floats.clear();
            floats.asFloatBuffer().put(values, offset + done, part);
            out.write(floats.array(), 0, part * Float.BYTES);
            done += part;
        }
    }

    /** Adds U8 labels. */
    public void writeLabels(byte[] values, int offset, int count) {
        require(header.labelType() == ElementType.U8, "labels are " + header.labelType() + ", not U8");
        countLabels(count);
        labels.put(values, offset, count);
    }

    /**
     * Adds labels of any type.
     *
     * @throws IllegalArgumentException when a value does not fit the label type
     */
    public void writeLabels(float[] values, int offset, int count) {
        countLabels(count);
        for (int i = offset; i < offset + count; i++) {
            float value = values[i];
            switch (header.labelType()) {
                case F32 -> labels.putFloat(value);
                case I32 -> {
                    require(value == (int) value, "label " + value + " is no whole number");
                    labels.putInt((int) value);
                }
                case U8 -> {
                    require(value == (int) value && value >= 0 && value <= 255, "label " + value + " is not in 0..255");
                    labels.put((byte) (int) value);
                }
            }
        }
    }

    /** Adds the mark of one sample. */
    public void writeMark(SamplePart part) {
        require(marks.hasRemaining(), header.marked() ? "more marks than samples" : "the header announces no marks");
        marks.put(part.code());
        markCounts[part.ordinal()]++;
    }

    /** Adds the weight of one sample. */
    public void writeWeight(float weight) {
        require(
                weights.hasRemaining(),
                header.weighted() ? "more weights than samples" : "the header announces no weights");
        require(Float.isFinite(weight) && weight >= 0, "weight " + weight + " is not a finite number from 0 on");
        weights.putFloat(weight);
    }

    /**
     * Writes labels, marks, weights and checksum.
     *
     * @param name the file's name, for the manifest
     * @throws IllegalStateException when features, labels, marks or weights are missing
     */
    public PackedPart finish(String name) throws IOException {
        if (featureBytesWritten != header.featureBytes() || labels.hasRemaining()) {
            throw new IllegalStateException("packed " + featureBytesWritten + " of " + header.featureBytes()
                    + " feature bytes and " + labels.position() + " of " + header.labelBytes() + " label bytes");
        }
        if (marks.hasRemaining() || weights.hasRemaining()) {
            throw new IllegalStateException(
                    "marks or weights are missing of a packed file of " + header.samples() + " samples");
        }
        out.write(labels.array());
        out.write(marks.array());
        out.write(weights.array());
        out.flush();
        byte[] checksum = digest.digest();
        target.write(checksum);
        target.flush();
        return new PackedPart(
                name,
                header.firstSample(),
                header.samples(),
                header.fileBytes(),
                Sha256.hex(checksum),
                markCounts[SamplePart.VALIDATION.ordinal()],
                markCounts[SamplePart.TEST.ordinal()]);
    }

    @Override
    public void close() throws IOException {
        // Not through the buffer: a file that was not finished stays visibly short.
        target.close();
    }

    private void countFeatures(long bytes) {
        featureBytesWritten += bytes;
        require(featureBytesWritten <= header.featureBytes(), "more features than " + header.samples() + " samples");
    }

    private void countLabels(int count) {
        require(
                (long) count * header.labelType().bytes() <= labels.remaining(),
                "more labels than " + header.samples() + " samples");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
