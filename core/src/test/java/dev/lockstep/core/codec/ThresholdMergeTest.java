package dev.lockstep.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.codec.CodecRun.Seen;
import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.collective.SumOracle;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdMergeTest {
    private static final long SEED = 31_337;
    private static final int ENCODED = 20_011;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static List<Seen> run(int size, double density, int steps, CodecRun.Gradients gradients) throws Exception {
        return CodecRun.run(
                LocalProcessGroup.create(size, DEADLINE), new ThresholdCodec(density), ENCODED, steps, gradients);
    }

    private static float[] gradient(int rank, int step) {
        return CodecRun.normal(SEED, rank, step, ENCODED, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void whatWasSentAndWhatIsKeptAddUpToTheGradients(int size) throws Exception {
        int steps = 60;
        List<Seen> ranks = run(size, 0.02, steps, ThresholdMergeTest::gradient);
        double[] gradients = new double[ENCODED];
        double[] accounted = new double[ENCODED];
        for (int step = 0; step < steps; step++) {
            float[] sums = ranks.get(0).sums().get(step);
            for (int i = 0; i < ENCODED; i++) {
                accounted[i] += sums[i];
            }
            for (int rank = 0; rank < size; rank++) {
                float[] gradient = gradient(rank, step);
                for (int i = 0; i < ENCODED; i++) {
                    gradients[i] += gradient[i];
                }
            }
        }
        for (Seen rank : ranks) {
            for (int i = 0; i < ENCODED; i++) {
                accounted[i] += rank.residual()[i];
            }
        }
        assertThat(accounted).containsExactly(gradients, within(2e-4));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void allRanksHoldTheSameSumsAndThresholdAndTheExactValuesExactly(int size) throws Exception {
        List<Seen> ranks = run(size, 0.01, 20, ThresholdMergeTest::gradient);
        for (int step = 0; step < 20; step++) {
            float[][] rows = new float[size][];
            for (int rank = 0; rank < size; rank++) {
                rows[rank] = gradient(rank, step);
            }
            for (Seen rank : ranks) {
                assertThat(rank.sums().get(step)).isEqualTo(ranks.get(0).sums().get(step));
                for (int i = step == 0 ? 0 : ENCODED; i < ENCODED + CodecRun.EXACT; i++) {
                    assertThat(rank.sums().get(step)[i]).isEqualTo(SumOracle.sum(rows, new int[size], 0, size, i));
                }
                assertThat(rank.shared()).isEqualTo(ranks.get(0).shared());
            }
        }
    }

    /** The gradients shrink to a thousandth half-way; the threshold finds its place again. */
    @ParameterizedTest
    @ValueSource(doubles = {0.002, 0.01, 0.1})
    void theThresholdFollowsTheDensityWhateverTheGradientsSize(double density) throws Exception {
        int steps = 400;
        List<Seen> ranks = run(
                2,
                density,
                steps,
                (rank, step) -> CodecRun.normal(SEED, rank, step, ENCODED, step < steps / 2 ? 100 : 0.1));
        for (int end : new int[] {steps / 2, steps}) {
            double bytes = 0;
            for (int step = end - 50; step < end; step++) {
                bytes += ranks.get(0).bytes().get(step) / 50.0;
            }
            double most = density * ENCODED * (density < 0.05 ? 2 : 1);
            System.out.printf("density %.3f: %.0f bytes a step of %d%n", density, bytes, 4 * ENCODED);
            assertThat(bytes - 4 * CodecRun.EXACT - 13).isBetween(0.6 * density * ENCODED, 1.6 * most);
        }
    }

    @Test
    void theThresholdIsAFunctionOfWhatAllRanksKnow() {
        AdaptiveThreshold adaptation = new AdaptiveThreshold(0.01);
        assertThat(adaptation.next(1, 100, 10_000)).isEqualTo(1);
        assertThat(adaptation.next(1, 0, 10_000)).isEqualTo(0.5f);
        assertThat(adaptation.next(1, 10_000, 10_000)).isBetween(1.258f, 1.26f);
        assertThat(adaptation.next(1, 200, 10_000)).isBetween(1.0348f, 1.0353f);
        assertThat(adaptation.next(Float.MIN_NORMAL, 0, 10_000)).isEqualTo(Float.MIN_NORMAL);
        float odd = adaptation.next(0.3f, 137, 10_000);
        // Twelve significant bits: any sum of up to 4,096 of them is exact.
        assertThat(odd * 4095f / 4095f).isEqualTo(odd);
        assertThat(Float.floatToRawIntBits(odd) & 0xfff).isZero();
        float[] sums = new float[1000];
        Arrays.setAll(new Object[1000], i -> sums[i] = (i % 2 == 0 ? 1 : -1) * (i + 1));
        assertThat(adaptation.first(sums, 1000, 2)).isEqualTo(495);
        assertThat(adaptation.first(new float[1000], 1000, 2)).isZero();
    }

    @Test
    void anAbandonedStepLeavesNoTraceAndForgettingLeavesNothingKept() throws Exception {
        List<ProcessGroup> groups = LocalProcessGroup.create(2, DEADLINE);
        RankThreads.results(2, rank -> {
            GradientMerge merge = new ThresholdCodec(0.01).create(ENCODED);
            float[] shared = new float[1];
            for (int step = 0; step < 5; step++) {
                float[] values = gradient(rank, step);
                merge.sum(values, values.length, shared, groups.get(rank));
                merge.applied(shared);
            }
            float[] kept = merge.residual().clone();
            float threshold = shared[0];
            float[] first = gradient(rank, 5);
            merge.sum(first, first.length, shared, groups.get(rank));
            assertThat(merge.residual()).isEqualTo(kept);
            assertThat(shared[0]).isEqualTo(threshold);
            float[] again = gradient(rank, 5);
            merge.sum(again, again.length, shared, groups.get(rank));
            assertThat(again).isEqualTo(first);
            merge.forget();
            assertThat(merge.residual()).containsOnly(0f);
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void whatIsNotFiniteOnOneRankArrivesOnAll(int when) throws Exception {
        for (float wrong : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            for (Seen rank : run(3, 0.01, when + 1, (who, step) -> {
                float[] values = gradient(who, step);
                values[ENCODED - 1] = who == 1 && step == when ? wrong : values[ENCODED - 1];
                return values;
            })) {
                assertThat(Float.valueOf(rank.sums().get(when)[ENCODED - 1])).isEqualTo(Float.valueOf(wrong));
                assertThat(rank.sums().get(when)[ENCODED - 2]).isFinite();
            }
        }
    }

    @Test
    void aRankThatIsAloneSendsEverythingAndKeepsNothing() throws Exception {
        Seen alone = run(1, 0.01, 10, ThresholdMergeTest::gradient).get(0);
        for (int step = 0; step < 10; step++) {
            assertThat(alone.sums().get(step)).isEqualTo(gradient(0, step));
            assertThat(alone.bytes().get(step)).isZero();
        }
        assertThat(alone.residual()).containsOnly(0f);
    }
}
