package dev.lockstep.core.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in byte arrays as they travel. */
final class LittleEndian {
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    static void putShort(byte[] bytes, int offset, short value) {
        SHORTS.set(bytes, offset, value);
    }

    static short getShort(byte[] bytes, int offset) {
        return (short) SHORTS.get(bytes, offset);
    }

    static void putInt(byte[] bytes, int offset, int value) {
        INTS.set(bytes, offset, value);
    }

    static int getInt(byte[] bytes, int offset) {
        return (int) INTS.get(bytes, offset);
    }

    /** Writes the bits of floats. */
    static void putFloats(byte[] bytes, int offset, float[] values, int from, int count) {
        for (int i = 0; i < count; i++) {
            INTS.set(bytes, offset + i * Float.BYTES, Float.floatToRawIntBits(values[from + i]));
        }
    }

    /** Reads the bits of floats. */
    static void getFloats(byte[] bytes, int offset, float[] values, int from, int count) {
        for (int i = 0; i < count; i++) {
            values[from + i] = Float.intBitsToFloat((int) INTS.get(bytes, offset + i * Float.BYTES));
        }
    }
}
