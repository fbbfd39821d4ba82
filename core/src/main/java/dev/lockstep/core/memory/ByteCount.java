package dev.lockstep.core.memory;

import java.util.Locale;

/**
 * Arithmetic for sizes that may be absurd: what does not fit into a long stays at the largest one, which is more than
 * any machine has, instead of coming out small or negative. For numbers from 0 on.
 */
public final class ByteCount {
    private static final long KIBIBYTE = 1L << 10;
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB"};

    private ByteCount() {}

    /** The product; {@link Long#MAX_VALUE} where it is that or more. */
    public static long product(long... factors) {
        long product = 1;
        for (long factor : factors) {
            if (factor == 0) {
                return 0;
            }
            // Not at once: a factor of 0 may follow.
            product = product > Long.MAX_VALUE / factor ? Long.MAX_VALUE : product * factor;
        }
        return product;
    }

    /** The sum; {@link Long#MAX_VALUE} where it is that or more. */
    public static long sum(long... parts) {
        long sum = 0;
        for (long part : parts) {
            sum = sum > Long.MAX_VALUE - part ? Long.MAX_VALUE : sum + part;
        }
        return sum;
    }

    /** The bytes of float32 values. */
    public static long ofFloats(long values) {
        return product(values, Float.BYTES);
    }

    /** So many mebibytes. */
    public static long mebibytes(long count) {
        return product(count, KIBIBYTE, KIBIBYTE);
    }

    /** For people: such as "1.5 GiB". */
    public static String text(long bytes) {
        if (bytes == Long.MAX_VALUE) {
            return "more than 8 million TiB";
        }
        double value = bytes;
        int unit = -1;
        while (value >= KIBIBYTE && unit < UNITS.length - 1) {
            value /= KIBIBYTE;
            unit++;
        }
        return unit < 0
                ? bytes + " bytes"
                : String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }
}
