package dev.lockstep.core.codec;

/**
 * Floats as halves with a scale a block. Each block of {@value #BLOCK} values is multiplied by the power of two that
 * brings its largest magnitude to [2^14, 2^15) before it is rounded, and its exponent travels with it: one byte, then
 * two a value. So nothing overflows (but what would round up to 2^128), and what is smaller than the block's largest value by less than 2^28 keeps its 11
 * significant bits: the relative error is at most 2^-11. Below that the error is at most 2^-39 of the largest.
 *
 * <p>A block in which a value is not finite is not scaled: NaN and infinity arrive as such.
 */
final class HalfBlocks {
    private static final int BLOCK = 1024;
    private static final int FRACTION_BITS = 23;
    private static final int EXPONENT_BIAS = 127;
    private static final int LARGEST_FINITE_FIELD = 254;

    /** The exponent field of a block's largest magnitude after scaling: 2^14. */
    private static final int SCALED_FIELD = EXPONENT_BIAS + 14;

    /** The inverse of a scale has to be a normal float too. */
    private static final int LARGEST_SCALE_EXPONENT = 126;

    private HalfBlocks() {}

    /** How many bytes so many values become. */
    static int encodedLength(int count) {
        return Math.addExact(Math.multiplyExact(count, Short.BYTES), (count + BLOCK - 1) / BLOCK);
    }

    /** Writes {@code count} values; returns where the bytes end. */
    static int encode(float[] values, int from, int count, byte[] bytes, int offset) {
        int at = offset;
        for (int start = from; start < from + count; start += BLOCK) {
            int end = Math.min(start + BLOCK, from + count);
            int exponent = scaleExponent(largestMagnitude(values, start, end));
            float scale = powerOfTwo(exponent);
            bytes[at++] = (byte) exponent;
            for (int i = start; i < end; i++) {
                LittleEndian.putShort(bytes, at, HalfPrecision.fromFloat(values[i] * scale));
                at += Short.BYTES;
            }
        }
        return at;
    }

    /** Reads {@code count} values; returns where their bytes end. */
    static int decode(byte[] bytes, int offset, float[] values, int from, int count) {
        int at = offset;
        for (int start = from; start < from + count; start += BLOCK) {
            int end = Math.min(start + BLOCK, from + count);
            float scale = powerOfTwo(-bytes[at++]);
            for (int i = start; i < end; i++) {
                values[i] = HalfPrecision.toFloat(LittleEndian.getShort(bytes, at)) * scale;
                at += Short.BYTES;
            }
        }
        return at;
    }

    /** The bits of the largest magnitude; those of floats without a sign are ordered as the floats are, NaN last. */
    private static int largestMagnitude(float[] values, int from, int to) {
        int largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Float.floatToRawIntBits(values[i]) & Integer.MAX_VALUE);
        }
        return largest;
    }

    private static int scaleExponent(int largestMagnitude) {
        int field = largestMagnitude >>> FRACTION_BITS;
        return field > LARGEST_FINITE_FIELD ? 0 : Math.min(SCALED_FIELD - field, LARGEST_SCALE_EXPONENT);
    }

    private static float powerOfTwo(int exponent) {
        return Float.intBitsToFloat((exponent + EXPONENT_BIAS) << FRACTION_BITS);
    }
}
