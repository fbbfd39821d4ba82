package dev.lockstep.core.model.compiled;

import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Floats in native memory, at the same address for as long as they live. A slice shares the memory of the whole. */
final class NativeFloats implements AutoCloseable {
    /** A cache line, and a vector register of AVX-512. */
    private static final int ALIGNMENT_BYTES = 64;

    /** Values more than asked for, so that the first can be aligned. */
    static final int SPARE = ALIGNMENT_BYTES / Float.BYTES;

    private final FloatPointer memory;
    private final FloatPointer values;
    private final int length;

    private NativeFloats(FloatPointer memory, FloatPointer values, int length) {
        this.memory = memory;
        this.values = values;
        this.length = length;
    }

    /** So many zeros, aligned to a cache line. */
    static NativeFloats allocate(int length) {
        FloatPointer memory = new FloatPointer(length + (long) SPARE);
        Pointer.memset(memory, 0, (length + (long) SPARE) * Float.BYTES);
        long misaligned = memory.address() % ALIGNMENT_BYTES;
        long skipped = misaligned == 0 ? 0 : (ALIGNMENT_BYTES - misaligned) / Float.BYTES;
        return new NativeFloats(memory, memory.getPointer(skipped), length);
    }

    /** A view of some of the values. */
    NativeFloats slice(int offset, int count) {
        Objects.checkFromIndexSize(offset, count, length);
        return new NativeFloats(memory, values.getPointer(offset), count);
    }

    int length() {
        return length;
    }

    /** For the kernels: the address of the first value. */
    FloatPointer pointer() {
        return values;
    }

    /** Copies from the heap to the beginning. */
    void write(float[] source, int count) {
        Objects.checkFromIndexSize(0, count, length);
        values.put(source, 0, count);
    }

    /** Copies the first values to the heap. */
    void read(float[] target, int count) {
        Objects.checkFromIndexSize(0, count, length);
        values.get(target, 0, count);
    }

    /** Copies all values to the heap. */
    void readInto(float[] target, int offset) {
        values.get(target, offset, length);
    }

    /** Copies the first values to the beginning of another buffer. */
    void copyTo(NativeFloats target, int count) {
        Objects.checkFromIndexSize(0, count, Math.min(length, target.length));
        Pointer.memcpy(target.values, values, (long) count * Float.BYTES);
    }

    /** Frees the memory of the whole now, and so of every slice. */
    @Override
    public void close() {
        memory.deallocate();
    }
}
