package dev.lockstep.core.codec;

/**
 * Which of a vector's values reach a threshold, how often, and their signs. The form is a list of gaps between them,
 * each a number of 7-bit groups, lowest first, whose lowest bit is the sign; a value that holds the threshold several
 * times is followed by so many gaps of 0. Where two bits for every value are shorter, it is those, and once each.
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
    /** Bounds what a single large value can make of a message. */
    private static final int MOST_TIMES = 16;

    private SignMessage() {}

    /** The most bytes that a message about so many values can have; more must be available for writing one. */
    static int longest(int length) {
        return HEADER_BYTES + mapBytes(length);
    }

    /** How many bytes must be available for writing a message about so many values. */
    static int room(int length) {
        return longest(length) + LONGEST_GAP_BYTES + MOST_TIMES;
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
        int limit = offset + longest(length);
        int at = offset + HEADER_BYTES;
        int count = 0;
        int last = -1;
        for (int i = 0; i < length; i++) {
            if (Math.abs(values[i]) >= threshold) {
                int sign = values[i] < 0 ? 1 : 0;
                long gap = (long) (i - last) << 1 | sign;
                last = i;
                for (; gap >= 0x80; gap >>>= 7) {
                    bytes[at++] = (byte) (gap | 0x80);
                }
                bytes[at++] = (byte) gap;
                int times = (int) Math.min(Math.abs(values[i]) / threshold, MOST_TIMES);
                for (int time = 1; time < times; time++) {
                    bytes[at++] = (byte) sign;
                }
                count += times;
                if (at > limit) {
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

    /** How many thresholds a message sends. */
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
            i = Math.addExact(i, (int) (gap >>> 1));
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
