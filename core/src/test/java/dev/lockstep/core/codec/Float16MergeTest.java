package dev.lockstep.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.codec.CodecRun.Seen;
import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.SumOracle;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Float16MergeTest {
    private static final long SEED = 4_711;
    private static final int ENCODED = 10_007;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static List<Seen> run(int size, int steps, CodecRun.Gradients gradients) throws Exception {
        return CodecRun.run(LocalProcessGroup.create(size, DEADLINE), new Float16Codec(), ENCODED, steps, gradients);
    }

    /** Rounded on the way to where it is summed, and, where there are more than two ranks, on the way back. */
    private static float[] oracle(float[][] rows) {
        int size = rows.length;
        float[] sums = new float[rows[0].length];
        float[][] rounded = new float[size][];
        for (int rank = 0; rank < size; rank++) {
            rounded[rank] = rows[rank].clone();
        }
        int chunks = size == 2 ? 1 : size;
        for (int chunk = 0; chunk < chunks; chunk++) {
            int from = (int) ((long) ENCODED * chunk / chunks);
            int to = (int) ((long) ENCODED * (chunk + 1) / chunks);
            for (int rank = 0; rank < size && size > 1; rank++) {
                round(rounded[rank], from, to);
            }
            for (int i = from; i < to; i++) {
                sums[i] = SumOracle.sum(rounded, new int[size], 0, size, i);
            }
            if (size > 2) {
                round(sums, from, to);
            }
        }
        for (int i = ENCODED; i < sums.length; i++) {
            sums[i] = SumOracle.sum(rows, new int[size], 0, size, i);
        }
        return sums;
    }

    private static void round(float[] values, int from, int to) {
        byte[] bytes = new byte[HalfBlocks.encodedLength(to - from)];
        HalfBlocks.encode(values, from, to - from, bytes, 0);
        HalfBlocks.decode(bytes, 0, values, from, to - from);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void everyRankHoldsTheRoundedTreeSumsAndTheExactOnesExactly(int size) throws Exception {
        List<Seen> ranks =
                run(size, 3, (rank, step) -> CodecRun.normal(SEED, rank, step, ENCODED, Math.pow(1e-3, step)));
        for (int step = 0; step < 3; step++) {
            float[][] rows = new float[size][];
            for (int rank = 0; rank < size; rank++) {
                rows[rank] = CodecRun.normal(SEED, rank, step, ENCODED, Math.pow(1e-3, step));
            }
            float[] expected = oracle(rows);
            for (Seen rank : ranks) {
                assertThat(rank.sums().get(step)).isEqualTo(expected);
            }
            for (int i = 0; i < ENCODED; i++) {
                double exact = 0;
                double magnitudes = 0;
                for (float[] row : rows) {
                    exact += row[i];
                    magnitudes += Math.abs(row[i]);
                }
                assertThat((double) expected[i]).isCloseTo(exact, within(magnitudes * 0x1.02p-10 + 1e-30));
            }
        }
    }

    /** What {@code DirectSum} sends: 4 n bytes to one peer, or 2 (W - 1) / W times that. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 8})
    void halfTheBytesOfTheExactMergeHoweverManyRanks(int size) throws Exception {
        List<Seen> ranks = run(size, 2, (rank, step) -> CodecRun.normal(SEED, rank, step, ENCODED, 1));
        double exact = 4.0 * ENCODED * (size == 2 ? 1 : 2.0 * (size - 1) / size);
        for (Seen rank : ranks) {
            assertThat((double) rank.bytes().get(1)).isBetween(0.5 * exact, 0.51 * exact);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void whatIsNotFiniteOnOneRankArrivesOnAll(int size) throws Exception {
        for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            for (Seen rank : run(size, 1, (who, step) -> {
                float[] values = CodecRun.normal(SEED, who, step, ENCODED, 1);
                values[7_777] = who == 1 ? wrong : values[7_777];
                return values;
            })) {
                assertThat(Float.valueOf(rank.sums().get(0)[7_777])).isEqualTo(Float.valueOf(wrong));
            }
        }
    }

    @Test
    void moreRanksThanValuesIsLegal() throws Exception {
        List<Seen> ranks = CodecRun.run(LocalProcessGroup.create(5, DEADLINE), new Float16Codec(), 2, 1, (rank, step) ->
                new float[] {rank, 2 * rank, 1, 0, 0});
        for (Seen rank : ranks) {
            assertThat(Arrays.copyOf(rank.sums().get(0), 3)).containsExactly(10, 20, 5);
        }
    }
}
