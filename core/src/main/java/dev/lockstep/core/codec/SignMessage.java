package dev.lockstep.core.codec;

/**
 * Which of a vector's values reach a threshold, and their signs, in whichever form is shorter: a list of gaps between
 * them, each a number of 7-bit groups, lowest first, whose lowest bit is the sign; or two bits for every value.
 *
 * <p>One byte for the form, four for how many values are sent, then the list or the map.
 */
final class SignMessage {
    private static final int HEADER_BYTES = 1 + Integer.BYTES;
    private static final byte LIST = 0;
    private static final byte MAP = 1;
    private static final int PLUS = 1;
    private static final int MINUS = 2;
    private static final int LONGEST_GAP_BYTES = 5;

    private SignMessage() {}

    /** The most bytes that a message about so many values can have; more must be available for writing one. */
    static int longest(int length) {
        return HEADER_BYTES + mapBytes(length);
    }

    /** How many bytes must be available for writing a message about so many values. */
    static int room(int length) {
        return longest(length) + LONGEST_GAP_BYTES;
    }

    private static int mapBytes(int length) {
        return (length + 3) / 4;
    }

    /**
     * Writes the message about the first {@code length} values.
     *
     * @return where it ends
     */
    static int write(float[] values, int length, float threshold, byte[] bytes, int offset) {
        int last = offset + longest(length);
        int at = offset + HEADER_BYTES;
        int count = 0;
        int next = 0;
        for (int i = 0; i < length; i++) {
            if (Math.abs(values[i]) >= threshold) {
                long gap = (long) (i - next) << 1 | (values[i] < 0 ? 1 : 0);
                next = i + 1;
                count++;
                for (; gap >= 0x80; gap >>>= 7) {
                    bytes[at++] = (byte) (gap | 0x80);
                }
                bytes[at++] = (byte) gap;
                if (at > last) {
                    return writeMap(values, length, threshold, bytes, offset);
                }
            }
        }
        bytes[offset] = LIST;
        LittleEndian.putInt(bytes, offset + 1, count);
        return at;
    }

    private static int writeMap(float[] values, int length, float threshold, byte[] bytes, int offset) {
        int count = 0;
        int at = offset + HEADER_BYTES;
        for (int start = 0; start < length; start += 4) {
            int four = 0;
            for (int i = start; i < Math.min(start + 4, length); i++) {
                if (Math.abs(values[i]) >= threshold) {
                    four |= (values[i] < 0 ? MINUS : PLUS) << 2 * (i - start);
                    count++;
                }
            }
            bytes[at++] = (byte) four;
        }
        bytes[offset] = MAP;
        LittleEndian.putInt(bytes, offset + 1, count);
        return at;
    }

    /** How many values a message sends. */
    static int count(byte[] bytes, int offset) {
        return LittleEndian.getInt(bytes, offset + 1);
    }

    /**
     * Adds plus or minus a value wherever the message says so.
     *
     * @throws IndexOutOfBoundsException when it speaks of values that the target does not have
     */
    static void add(byte[] bytes, int offset, float value, float[] target, int length) {
        if (bytes[offset] == MAP) {
            addMap(bytes, offset + HEADER_BYTES, value, target, length);
        } else {
            addList(bytes, offset + HEADER_BYTES, count(bytes, offset), value, target);
        }
    }

    private static void addList(byte[] bytes, int offset, int count, float value, float[] target) {
        int at = offset;
        int i = -1;
        for (int n = 0; n < count; n++) {
            long gap = 0;
            int shift = 0;
            byte group;
            do {
                group = bytes[at++];
                gap |= (group & 0x7fL) << shift;
                shift += 7;
            } while (group < 0);
            i = Math.addExact(i, (int) (gap >>> 1) + 1);
            target[i] += (gap & 1) == 0 ? value : -value;
        }
    }

    private static void addMap(byte[] bytes, int offset, float value, float[] target, int length) {
        for (int i = 0; i < length; i++) {
            int sign = bytes[offset + (i >>> 2)] >>> 2 * (i & 3) & 3;
            if (sign != 0) {
                target[i] += sign == PLUS ? value : -value;
            }
        }
    }
}
