package dev.lockstep.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arguments for cuBLAS, tried on the definition of its gemm in column order. */
class CudaProductTest {
    private static final int ROWS = 3;
    private static final int COLUMNS = 4;
    private static final int INNER = 5;

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void aProductInRowOrderIsTheOneInColumnOrderOfTheFactorsExchanged(boolean transposeA, boolean transposeB) {
        float[] a = new float[ROWS * INNER];
        float[] b = new float[INNER * COLUMNS];
        float[] expected = new float[ROWS * COLUMNS];
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < INNER; i++) {
                a[transposeA ? i * ROWS + row : row * INNER + i] = 10 * row + i;
            }
        }
        for (int i = 0; i < INNER; i++) {
            for (int column = 0; column < COLUMNS; column++) {
                b[transposeB ? column * INNER + i : i * COLUMNS + column] = 7 * i - 3 * column;
            }
        }
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                for (int i = 0; i < INNER; i++) {
                    expected[row * COLUMNS + column] += (10 * row + i) * (7 * i - 3 * column);
                }
            }
        }
        float[] result = new float[ROWS * COLUMNS];
        gemm(RowOrderProduct.of(transposeA, transposeB, ROWS, COLUMNS, INNER), b, a, result);
        assertThat(result).containsExactly(expected);
    }

    /** By the reference of BLAS: C = op(A) op(B), every matrix in column order with its leading dimension. */
    private static void gemm(RowOrderProduct shape, float[] first, float[] second, float[] result) {
        assertThat(shape.strideFirst()).isGreaterThanOrEqualTo(shape.transposeFirst() ? shape.inner() : shape.rows());
        assertThat(shape.strideSecond())
                .isGreaterThanOrEqualTo(shape.transposeSecond() ? shape.columns() : shape.inner());
        assertThat(shape.strideResult()).isGreaterThanOrEqualTo(shape.rows());
        for (int row = 0; row < shape.rows(); row++) {
            for (int column = 0; column < shape.columns(); column++) {
                float sum = 0;
                for (int i = 0; i < shape.inner(); i++) {
                    sum += first[shape.transposeFirst() ? row * shape.strideFirst() + i : i * shape.strideFirst() + row]
                            * second[
                                    shape.transposeSecond()
                                            ? i * shape.strideSecond() + column
                                            : column * shape.strideSecond() + i];
                }
                result[column * shape.strideResult() + row] = sum;
            }
        }
    }
}
