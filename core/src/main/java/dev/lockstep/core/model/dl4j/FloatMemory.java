package dev.lockstep.core.model.dl4j;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Bulk copies between heap arrays and ND4J's memory: tens of microseconds where element access takes milliseconds. */
final class FloatMemory {
    private FloatMemory() {}

    /** Copies into the start of a contiguous array. */
    static void write(INDArray target, float[] values, int length) {
        floats(target).put(values, 0, length);
    }

    /** Copies the start of a contiguous array out. */
    static void read(INDArray source, float[] values, int length) {
        floats(source).get(values, 0, length);
    }

    /** A view of the array's memory from its first value on. */
    private static FloatBuffer floats(INDArray array) {
        return array.data().asNioFloat();
    }
}
