package dev.lockstep.core.data;

import java.util.List;

/**
 * The header of an IDX file of unsigned bytes: two zero bytes, the type 0x08, the number of dimensions, then each
 * dimension as a big-endian 32-bit number (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
 *
 * @param dimensions the number of samples, then the shape of one sample; for labels the number of samples alone
 */
public record IdxHeader(List<Integer> dimensions) {
    /** The type code of unsigned bytes. */
    static final int UNSIGNED_BYTE = 0x08;

    public IdxHeader {
        dimensions = List.copyOf(dimensions);
        if (dimensions.isEmpty()
                || dimensions.size() > 255
                || dimensions.stream().anyMatch(size -> size <= 0)) {
            throw new IllegalArgumentException("an IDX header needs 1 to 255 positive dimensions, found " + dimensions);
        }
    }

    /** The header of an image file. */
    public static IdxHeader images(int samples, int height, int width) {
        return new IdxHeader(List.of(samples, height, width));
    }

    /** The header of a label file. */
    public static IdxHeader labels(int samples) {
        return new IdxHeader(List.of(samples));
    }

    /** How many samples the file holds. */
    public int samples() {
        return dimensions.get(0);
    }

    /**
     * The shape of one sample.
     *
     * @throws IllegalStateException for labels, which have none
     */
    public Shape sampleShape() {
        if (dimensions.size() < 2) {
            throw new IllegalStateException("a label file has no sample shape");
        }
        return new Shape(dimensions.subList(1, dimensions.size()));
    }

    /**
     * Bytes of one sample.
     *
     * @throws ArithmeticException beyond 2^31 - 1
     */
    public int sampleBytes() {
        return dimensions.stream().skip(1).reduce(1, Math::multiplyExact);
    }

    /** Bytes of the header. */
    public int headerBytes() {
        return 4 + 4 * dimensions.size();
    }

    /** Bytes of the whole file, uncompressed. */
    public long fileBytes() {
        return headerBytes() + (long) samples() * sampleBytes();
    }

    /** The magic number: type and number of dimensions, such as 0x00000803 for images. */
    public int magic() {
        return UNSIGNED_BYTE << 8 | dimensions.size();
    }
}
