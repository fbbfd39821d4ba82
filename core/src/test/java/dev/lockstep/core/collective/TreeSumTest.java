package dev.lockstep.core.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeSumTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 13, 20})
    void sumsInTheOrderOfTheTreeWhateverTheLength(int size) {
        TreeSum treeSum = new TreeSum();
        for (int length : new int[] {0, 1, 7, 1023, 1024, 1025, 5000}) {
            float[][] rows = new float[size][];
            double[][] doubleRows = new double[size][];
            int[] offsets = new int[size];
            for (int rank = 0; rank < size; rank++) {
                offsets[rank] = rank * 3 % 5;
                rows[rank] = SumOracle.floats(rank, length + offsets[rank]);
                doubleRows[rank] = SumOracle.doubles(rank, length + offsets[rank]);
            }
            float[] sums = new float[length + 2];
            double[] doubleSums = new double[length + 2];
            treeSum.sum(rows, offsets, size, sums, 2, length);
            treeSum.sum(doubleRows, offsets, size, doubleSums, 2, length);
            for (int i = 0; i < length; i++) {
                assertThat(Float.floatToRawIntBits(sums[i + 2]))
                        .isEqualTo(Float.floatToRawIntBits(SumOracle.sum(rows, offsets, 0, size, i)));
                assertThat(Double.doubleToRawLongBits(doubleSums[i + 2]))
                        .isEqualTo(Double.doubleToRawLongBits(SumOracle.sum(doubleRows, offsets, 0, size, i)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 6, 7})
    void mayWriteOverAnyOfItsRows(int size) {
        int length = 3000;
        for (int own = 0; own < size; own++) {
            float[][] rows = new float[size][];
            for (int rank = 0; rank < size; rank++) {
                rows[rank] = SumOracle.floats(rank, length);
            }
            float[] expected = new float[length];
            new TreeSum().sum(rows, new int[size], size, expected, 0, length);
            new TreeSum().sum(rows, new int[size], size, rows[own], 0, length);
            assertThat(rows[own]).isEqualTo(expected);
        }
    }

    @org.junit.jupiter.api.Test
    void theOrderOfSummingShowsInTheBits() {
        // Otherwise the comparisons above would say nothing.
        Random random = new Random(1);
        int differing = 0;
        for (int i = 0; i < 1000; i++) {
            float a = random.nextFloat();
            float b = random.nextFloat() * 1e-4f;
            float c = random.nextFloat() * 1e-4f;
            differing += a + (b + c) == (a + b) + c ? 0 : 1;
        }
        assertThat(differing).isGreaterThan(10);
    }
}
