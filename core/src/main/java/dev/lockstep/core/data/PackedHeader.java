package dev.lockstep.core.data;

import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.schema.Checks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of a packed file; its layout is described with the package.
 *
 * @param firstSample stable index of the file's first sample
 * @param samples how many it holds
 * @param featureShape shape of one sample
 * @param featureType U8 or F32
 * @param labelWidth label values a sample
 * @param labelType of the label values
 * @param marked whether it says for each sample which part conditions put it in
 * @param weighted whether it holds a weight for each sample
 */
public record PackedHeader(
        int firstSample,
        int samples,
        Shape featureShape,
        ElementType featureType,
        int labelWidth,
        ElementType labelType,
        boolean marked,
        boolean weighted) {
    /** "LOCKPACK" as it lies in the file. */
    static final long MAGIC = 0x4B4341504B434F4CL;

    /** The version of the layout. */
    static final int VERSION = 2;

    /** Bytes before the dimensions. */
    static final int FIXED_BYTES = 52;

    private static final int MARKED = 1;
    private static final int WEIGHTED = 2;
    private static final int ALIGNMENT_BYTES = 64;
    /** Of one sample. */
    static final int MOST_DIMENSIONS = 16;

    public PackedHeader {
        new Checks()
                .notNegative("first_sample", firstSample)
                .positive("samples", samples)
                .positive("label_width", labelWidth)
                .that("feature_type", featureType != ElementType.I32, "U8 or F32", featureType)
                .that("feature_shape", featureShape.rank() <= MOST_DIMENSIONS, "at most 16 dimensions", featureShape)
                .done();
        requireCountable(firstSample, samples, featureShape, featureType, labelWidth, labelType);
    }

    /** Beyond it sizes and places would be computed wrong. */
    private static void requireCountable(
            int firstSample,
            int samples,
            Shape featureShape,
            ElementType featureType,
            int labelWidth,
            ElementType labelType) {
        try {
            Math.addExact(firstSample, samples);
            long features = Math.multiplyExact((long) samples * featureShape.size(), (long) featureType.bytes());
            long labels = Math.multiplyExact((long) samples * labelWidth, (long) labelType.bytes());
            Math.addExact(Math.addExact(features, labels), 8L * samples);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    samples + " samples of shape " + featureShape + " with " + labelWidth + " labels each, from "
                            + firstSample + " on, are more than can be counted",
                    e);
        }
    }

    /** Samples without marks and weights. */
    public PackedHeader(
            int firstSample,
            int samples,
            Shape featureShape,
            ElementType featureType,
            int labelWidth,
            ElementType labelType) {
        this(firstSample, samples, featureShape, featureType, labelWidth, labelType, false, false);
    }

    /** Feature values of one sample. */
    public int featureCount() {
        return featureShape.size();
    }

    /** Bytes of the header, padded so that the features are aligned. */
    public int headerBytes() {
        int unpadded = FIXED_BYTES + 4 * featureShape.rank();
        return (unpadded + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    }

    /** Bytes of all features. */
    public long featureBytes() {
        return (long) samples * featureCount() * featureType.bytes();
    }

    /** Bytes of all labels. */
    public long labelBytes() {
        return (long) samples * labelWidth * labelType.bytes();
    }

    /** Bytes of all marks. */
    long markBytes() {
        return marked ? samples : 0;
    }

    /** Bytes of all weights. */
    long weightBytes() {
        return weighted ? (long) samples * Float.BYTES : 0;
    }

    /** Where the marks stand, of a file that can be mapped. */
    int markOffset() {
        return (int) (headerBytes() + featureBytes() + labelBytes());
    }

    /** Where the weights stand, of a file that can be mapped. */
    int weightOffset() {
        return (int) (markOffset() + markBytes());
    }

    /** Where the checksum stands. */
    public long checksumOffset() {
        return headerBytes() + featureBytes() + labelBytes() + markBytes() + weightBytes();
    }

    /** Bytes of the whole file. */
    public long fileBytes() {
        return checksumOffset() + Sha256.BYTES;
    }

    /**
     * Refuses a file that could not be mapped in one piece.
     *
     * @throws LockstepException beyond 2^31 - 1 bytes
     */
    void requireMappable() {
        if (fileBytes() > Integer.MAX_VALUE) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "a packed part of " + samples + " samples of " + featureCount() + " " + featureType
                            + " values would have " + fileBytes() + " bytes; a part may have " + Integer.MAX_VALUE
                            + ": pack the data in more parts");
        }
    }

    /** The header as it stands in the file. */
    byte[] encoded() {
        ByteBuffer buffer = ByteBuffer.allocate(headerBytes()).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(MAGIC).putInt(VERSION).putInt(headerBytes());
        buffer.putLong(firstSample).putLong(samples);
        buffer.putInt(featureType.code()).putInt(labelType.code());
        buffer.putInt(labelWidth).putInt(featureShape.rank());
        buffer.putInt((marked ? MARKED : 0) | (weighted ? WEIGHTED : 0));
        featureShape.dimensions().forEach(buffer::putInt);
        return buffer.array();
    }

    /**
     * Reads a header from the start of a little-endian buffer.
     *
     * @param name for messages
     * @throws LockstepException when it is none, or of a newer version
     */
    static PackedHeader decoded(ByteBuffer file, String name) {
        if (file.capacity() < FIXED_BYTES || file.getLong(0) != MAGIC) {
            throw new LockstepException(
                    ExitCode.DATA, name + " is no packed file: it does not begin with LOCKPACK; pack the data again");
        }
        if (file.getInt(8) != VERSION) {
            throw new LockstepException(
                    ExitCode.DATA,
                    name + " has packed format " + file.getInt(8) + ", this version reads " + VERSION
                            + "; pack the data again");
        }
        try {
            return decodedBody(file);
        } catch (RuntimeException e) {
            throw new LockstepException(
                    ExitCode.DATA, name + " has a damaged header: " + e.getMessage() + "; pack the data again", e);
        }
    }

    private static PackedHeader decodedBody(ByteBuffer file) {
        int rank = file.getInt(44);
        if (rank < 1 || rank > MOST_DIMENSIONS) {
            throw new IllegalArgumentException("expected 1 to 16 dimensions, found " + rank);
        }
        int flags = file.getInt(48);
        if ((flags & ~(MARKED | WEIGHTED)) != 0) {
            throw new IllegalArgumentException("flags " + flags + " are unknown");
        }
        List<Integer> dimensions = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            dimensions.add(file.getInt(FIXED_BYTES + 4 * i));
        }
        PackedHeader header = new PackedHeader(
                Math.toIntExact(file.getLong(16)),
                Math.toIntExact(file.getLong(24)),
                new Shape(dimensions),
                ElementType.ofCode(file.getInt(32)),
                file.getInt(40),
                ElementType.ofCode(file.getInt(36)),
                (flags & MARKED) != 0,
                (flags & WEIGHTED) != 0);
        if (file.getInt(12) != header.headerBytes()) {
            throw new IllegalArgumentException(
                    "expected a header of " + header.headerBytes() + " bytes, found " + file.getInt(12));
        }
        return header;
    }
}
