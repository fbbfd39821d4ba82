package dev.lockstep.core.model.dl4j;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * An ND4J matrix of fixed width, allocated once, whose first rows are filled from a heap array with one copy. A run
 * sees few batch sizes, so the view of each is kept.
 */
final class RowArrays {
    private final int width;
    private final INDArray whole;
    private final Map<Integer, INDArray> views = new HashMap<>();

    RowArrays(int maximumRows, int width) {
        this.width = width;
        this.whole = Nd4j.createUninitializedDetached(DataType.FLOAT, maximumRows, width);
        this.whole.assign(0);
    }

    /** Copies the first {@code rows} rows in and returns them as a matrix [rows, width]. */
    INDArray fill(float[] values, int rows) {
        FloatMemory.write(whole, values, rows * width);
        return first(rows);
    }

    /** The first rows, with whatever they hold. */
    INDArray first(int rows) {
        return views.computeIfAbsent(rows, this::view);
    }

    /** Frees the memory now; the garbage collector would do it at a time of its own. */
    void close() {
        views.clear();
        if (whole.closeable()) {
            whole.close();
        }
    }

    private INDArray view(int rows) {
        return rows == whole.rows() ? whole : whole.get(NDArrayIndex.interval(0, rows), NDArrayIndex.all());
    }
}
