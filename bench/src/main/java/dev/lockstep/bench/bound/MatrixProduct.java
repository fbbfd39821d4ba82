package dev.lockstep.bench.bound;

import dev.lockstep.bench.Contender;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.openblas.global.openblas_full;

/** The most floating-point operations a second that OpenBLAS reaches on one core: products of 512 x 512 matrices. */
public final class MatrixProduct implements Contender {
    private static final int SIDE = 512;
    private static final int WARM_UP_STEPS = 200;

    private final FloatPointer left = filled();
    private final FloatPointer right = filled();
    private final FloatPointer product = filled();

    private static FloatPointer filled() {
        FloatPointer matrix = new FloatPointer((long) SIDE * SIDE);
        for (long i = 0; i < matrix.capacity(); i++) {
            matrix.put(i, 1f / (1 + i % 7));
        }
        return matrix;
    }

    @Override
    public String prepare() {
        openblas.blas_set_num_threads(1);
        rate(WARM_UP_STEPS);
        return "OpenBLAS, kernel " + openblas_full.openblas_get_corename().getString() + ", 1 thread";
    }

    /** Operations a second: a multiplication and an addition count two. */
    @Override
    public double rate(int steps) {
        long started = System.nanoTime();
        for (int step = 0; step < steps; step++) {
            openblas.cblas_sgemm(
                    openblas.CblasRowMajor,
                    openblas.CblasNoTrans,
                    openblas.CblasNoTrans,
                    SIDE,
                    SIDE,
                    SIDE,
                    1f,
                    left,
                    SIDE,
                    right,
                    SIDE,
                    0f,
                    product,
                    SIDE);
        }
        double operations = 2.0 * SIDE * SIDE * SIDE * steps;
        return operations / ((System.nanoTime() - started) / 1e9);
    }

    @Override
    public void close() {
        left.close();
        right.close();
        product.close();
    }
}
