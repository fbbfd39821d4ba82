package dev.lockstep.core.codec;

/**
 * IEEE 754 binary16 without a branch; JDK 17 has no conversion of its own. A half is an integer multiple of the unit in
 * the last place of its binade, and numbers below the smallest normal half share that one's unit. So both ways go
 * through that integer, normal and subnormal alike; a float addition rounds it to nearest, ties to even.
 */
final class HalfPrecision {
    private static final int SIGN = 0x8000;
    private static final int INFINITE = 0x7c00;
    private static final int MAGNITUDE = 0x7fffffff;
    private static final int EXPONENT = 0x7f800000;
    private static final int FRACTION_BITS = 23;

    /** The exponent field of 2^-14, the smallest normal half, in its place in a float. */
    private static final int SMALLEST_NORMAL = 113 << FRACTION_BITS;

    /** That of 2^16, beyond which every half is infinite. */
    private static final int BEYOND = 143 << FRACTION_BITS;

    /** A float this many binades up has the unit of a half as its own. */
    private static final int UNIT_SHIFT = 13 << FRACTION_BITS;

    private HalfPrecision() {}

    /** The nearest half, ties to even; infinity from 65,520 on; NaN stays NaN. */
    static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int magnitude = bits & MAGNITUDE;
        int binade = Math.min(Math.max(magnitude & EXPONENT, SMALLEST_NORMAL), BEYOND);
        int magic = binade + UNIT_SHIFT;
        int sum = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + Float.intBitsToFloat(magic)) & MAGNITUDE;
        int units = sum - magic;
        int half = Math.min(((binade - SMALLEST_NORMAL) >>> 13) + units, INFINITE);
        int notANumber = ((EXPONENT - magnitude) >>> 31) << 9;
        return (short) ((bits >>> 16 & SIGN) | half | notANumber);
    }

    /** The float of the same value. */
    static float toFloat(short half) {
        int magnitude = half & 0x7fff;
        int binade = Math.max(magnitude & INFINITE, 0x400);
        int units = magnitude - binade + 0x400;
        float unit = Float.intBitsToFloat((binade << 13) + (102 << FRACTION_BITS));
        // All ones in a half's exponent, infinity or NaN, become all ones in the float's.
        int beyond = (INFINITE - 1 - magnitude) >> 31 & EXPONENT;
        return Float.intBitsToFloat(Float.floatToRawIntBits(units * unit) | beyond | (half & SIGN) << 16);
    }
}
