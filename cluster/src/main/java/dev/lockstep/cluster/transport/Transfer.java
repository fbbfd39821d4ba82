package dev.lockstep.cluster.transport;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** Numbers of one array on their way out of it or into it, of whichever kind: what there is, and how far it got. */
public final class Transfer {
    Transfer() {}

    /** One stretch of memory, seen as every kind of number. */
    record Memory(ByteBuffer bytes, FloatBuffer floats, DoubleBuffer doubles) {
        static Memory of(ByteBuffer bytes) {
            return new Memory(bytes, bytes.asFloatBuffer(), bytes.asDoubleBuffer());
        }
    }

    private float @Nullable [] floats;
    private double @Nullable [] doubles;
    private byte @Nullable [] bytes;
    private int elementBytes = Float.BYTES;
    private int position;
    private int end;
    private int length;

    /** Begins with floats. */
    public void start(float[] values, int offset, int count) {
        floats = values;
        doubles = null;
        bytes = null;
        start(Float.BYTES, offset, count);
    }

    /** Begins with doubles. */
    public void start(double[] values, int offset, int count) {
        floats = null;
        doubles = values;
        bytes = null;
        start(Double.BYTES, offset, count);
    }

    /** Begins with bytes. */
    public void start(byte[] values, int offset, int count) {
        floats = null;
        doubles = null;
        bytes = values;
        start(Byte.BYTES, offset, count);
    }

    private void start(int newElementBytes, int offset, int count) {
        elementBytes = newElementBytes;
        position = offset;
        end = offset + count;
        length = count;
    }

    /** Bytes of one number. */
    int elementBytes() {
        return elementBytes;
    }

    /** How many numbers the whole transfer has. */
    int length() {
        return length;
    }

    /** How many numbers have not moved yet. */
    int remaining() {
        return end - position;
    }

    /**
     * Moves the next numbers into memory.
     *
     * @param at where, in bytes; a multiple of {@link #elementBytes}
     */
    void fill(Memory memory, int at, int elements) {
        if (floats != null) {
            memory.floats().put(at / Float.BYTES, floats, position, elements);
        } else if (doubles != null) {
            memory.doubles().put(at / Double.BYTES, doubles, position, elements);
        } else if (bytes != null) {
            memory.bytes().put(at, bytes, position, elements);
        }
        position += elements;
    }

    /**
     * Moves numbers from memory into the place they belong to.
     *
     * @param at where from, in bytes; a multiple of {@link #elementBytes}
     */
    void drain(Memory memory, int at, int elements) {
        if (floats != null) {
            memory.floats().get(at / Float.BYTES, floats, position, elements);
        } else if (doubles != null) {
            memory.doubles().get(at / Double.BYTES, doubles, position, elements);
        } else if (bytes != null) {
            memory.bytes().get(at, bytes, position, elements);
        }
        position += elements;
    }
}
