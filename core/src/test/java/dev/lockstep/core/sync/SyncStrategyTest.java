package dev.lockstep.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import dev.lockstep.core.random.CounterRandom;
import dev.lockstep.core.sync.SyncStrategy.StepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both strategies on contributions made up here, against sums written out by hand. */
class SyncStrategyTest {
    private static final long SEED = 20_261_122;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final NetworkPlan PLAN =
            Networks.plan(7, new SparseCategoricalCrossentropyLoss(), Networks.dense(5, Activation.SOFTMAX));
    private static final int COUNT = PLAN.parameterCount();
    private static final OptimizerSpec MOMENTUM = new SgdOptimizer(0.1, 0.9, false);
    private static final OptimizerSpec SGD = new SgdOptimizer(0.1, 0, false);

    /** What one rank does in a step, apart from its gradient. */
    private record Part(int samples, boolean stop) {}

    private record Rank(TrainingState state, SyncStrategy strategy, List<StepOutcome> outcomes) {}

    private interface Script {
        StepContribution at(int rank, int step);
    }

    private static TrainingState initialState(OptimizerSpec optimizer) {
        TrainingState state = new TrainingState(new float[COUNT], optimizer.stateSlots());
        System.arraycopy(PLAN.initialParameters(SEED), 0, state.parameters(), 0, COUNT);
        return state;
    }

    private static SyncStrategy strategy(int every, OptimizerSpec optimizer, TrainingState state) {
        return every == 0
                ? new GradientSharing(PLAN, optimizer)
                : new ParameterAveraging(PLAN, optimizer, every, state);
    }

    /** A gradient sum that is a function of rank and step. */
    private static float[] gradient(int rank, int step) {
        float[] values = new float[COUNT];
        long key = CounterRandom.key(CounterRandom.key(SEED, rank), step);
        for (int i = 0; i < COUNT; i++) {
            values[i] = (float) CounterRandom.normal(key, i);
        }
        return values;
    }

    private static StepContribution contribution(float[] gradient, Part part, int globalSamples, boolean last) {
        int correct = part.samples() / 2;
        return new StepContribution(
                gradient,
                part.samples(),
                globalSamples,
                2.5 * part.samples(),
                correct,
                0.25 * part.samples(),
                last,
                part.stop());
    }

    private static List<Rank> run(int ranks, int steps, int every, OptimizerSpec optimizer, Script script)
            throws Exception {
        List<ProcessGroup> groups = LocalProcessGroup.create(ranks, DEADLINE);
        List<Rank> results = new ArrayList<>();
        for (Rank result : RankThreads.<Rank>results(ranks, rank -> {
            TrainingState state = initialState(optimizer);
            Rank self = new Rank(state, strategy(every, optimizer, state), new ArrayList<>());
            for (int step = 0; step < steps; step++) {
                self.outcomes().add(self.strategy().step(script.at(rank, step), state, groups.get(rank)));
            }
            return self;
        })) {
            results.add(Objects.requireNonNull(result));
        }
        return results;
    }

    @Test
    void gradientSharingDividesTheSumByTheGlobalCountAndIgnoresAnEmptyRanksGradient() throws Exception {
        int[] samples = {5, 3, 0};
        List<Rank> ranks = run(3, 1, 0, SGD, (rank, step) -> {
            float[] own = gradient(rank, step);
            if (samples[rank] == 0) {
                Arrays.fill(own, Float.NaN);
            }
            return contribution(own, new Part(samples[rank], false), 8, true);
        });
        float[] start = PLAN.initialParameters(SEED);
        float[] a = gradient(0, 0);
        float[] b = gradient(1, 0);
        for (int i = 0; i < COUNT; i++) {
            double expected = start[i] - 0.1 * ((double) a[i] + b[i]) / 8;
            assertThat((double) ranks.get(0).state().parameters()[i]).isCloseTo(expected, within(1e-7));
        }
        for (Rank rank : ranks) {
            assertThat(rank.state().parameters()).isEqualTo(ranks.get(0).state().parameters());
            assertThat(rank.state().header()).containsExactly(1, 0, 1, 8, 20, 3, 2);
            assertThat(rank.outcomes()).containsExactly(new StepOutcome(true, false));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aStopAskedOfAnyRankIsAgreedOnByAll(int asked) throws Exception {
        for (int every : new int[] {0, 3}) {
            List<Rank> ranks = run(
                    3,
                    3,
                    every,
                    SGD,
                    (rank, step) ->
                            contribution(gradient(rank, step), new Part(2, rank == asked && step == 1), 6, false));
            for (Rank rank : ranks) {
                // With averaging the wish is kept until the ranks are next merged.
                assertThat(rank.outcomes())
                        .isEqualTo(
                                every == 0
                                        ? List.of(
                                                new StepOutcome(true, false),
                                                new StepOutcome(true, true),
                                                new StepOutcome(true, false))
                                        : List.of(
                                                new StepOutcome(false, false),
                                                new StepOutcome(false, false),
                                                new StepOutcome(true, true)));
            }
        }
    }

    /** Two ranks, two steps, then the average of parameters and velocities by 6 : 2 samples. */
    @Test
    void averagingWeighsParametersAndOptimizerStateBySamplesSinceTheLastAverage() throws Exception {
        int[][] samples = {{4, 2}, {0, 2}};
        List<Rank> ranks = run(
                2,
                2,
                2,
                MOMENTUM,
                (rank, step) -> contribution(gradient(rank, step), new Part(samples[rank][step], false), 4, false));
        float[] start = PLAN.initialParameters(SEED);
        for (int i = 0; i < COUNT; i++) {
            double[] velocity = new double[2];
            double[] parameter = {start[i], start[i]};
            for (int step = 0; step < 2; step++) {
                for (int rank = 0; rank < 2; rank++) {
                    if (samples[rank][step] > 0) {
                        double mean = (double) gradient(rank, step)[i] / samples[rank][step];
                        velocity[rank] = 0.9 * velocity[rank] - 0.1 * mean;
                        parameter[rank] += velocity[rank];
                    }
                }
            }
            for (Rank rank : ranks) {
                assertThat((double) rank.state().parameters()[i])
                        .isCloseTo(0.75 * parameter[0] + 0.25 * parameter[1], within(1e-6));
                assertThat((double) rank.state().optimizerState().toFlat()[i])
                        .isCloseTo(0.75 * velocity[0] + 0.25 * velocity[1], within(1e-6));
            }
        }
        assertThat(ranks.get(0).state().parameters())
                .isEqualTo(ranks.get(1).state().parameters());
        for (Rank rank : ranks) {
            assertThat(rank.state().header()).containsExactly(2, 0, 2, 8, 20, 4, 2);
        }
    }

    @Test
    void averagingFallsOnTheEndOfAnEpochToo() throws Exception {
        List<Rank> ranks = run(
                2, 3, 16, SGD, (rank, step) -> contribution(gradient(rank, step), new Part(1, false), 2, step == 2));
        assertThat(ranks.get(0).outcomes()).extracting(StepOutcome::merged).containsExactly(false, false, true);
        assertThat(ranks.get(0).state().parameters())
                .isEqualTo(ranks.get(1).state().parameters());
    }

    /** A fifth is no float: weights are rounded and need not add up to 1, yet what is equal must stay what it is. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 7})
    void averagingEqualReplicasChangesNothingHoweverOften(int size) throws Exception {
        List<Rank> ranks = run(
                size,
                1000,
                1,
                MOMENTUM,
                (rank, step) -> contribution(new float[COUNT], new Part(1 + rank % 2, false), size + size / 2, false));
        for (Rank rank : ranks) {
            assertThat(rank.state().parameters()).isEqualTo(PLAN.initialParameters(SEED));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void numbersThatAreNotFiniteEndAllRanksAtTheStepWithNothingApplied(int every) throws Exception {
        for (boolean inGradient : new boolean[] {true, false}) {
            List<ProcessGroup> groups = LocalProcessGroup.create(3, DEADLINE);
            for (RankThreads.Outcome<TrainingState> outcome : RankThreads.<TrainingState>runAll(3, rank -> {
                TrainingState state = initialState(MOMENTUM);
                SyncStrategy strategy = strategy(every, MOMENTUM, state);
                TrainingState before = state.copy();
                for (int step = 0; step < 4; step++) {
                    StepContribution contribution = step == 3 && rank == 1
                            ? diverging(inGradient)
                            : contribution(gradient(rank, step), new Part(2, false), 6, false);
                    if (step < 3) {
                        if (strategy.step(contribution, state, groups.get(rank)).merged()) {
                            before = state.copy();
                        }
                        continue;
                    }
                    assertThatThrownBy(() -> strategy.step(contribution, state, groups.get(rank)))
                            .isInstanceOf(DivergedException.class)
                            .hasMessageContaining("diverged at step 4 (epoch 1, step 4 of the epoch)");
                    strategy.rewind(state);
                }
                assertThat(state.parameters()).isEqualTo(before.parameters());
                assertThat(state.optimizerState().toFlat())
                        .isEqualTo(before.optimizerState().toFlat());
                assertThat(state.header()).isEqualTo(before.header());
                return state;
            })) {
                assertThat(outcome.failure()).isNull();
            }
        }
    }

    private static StepContribution diverging(boolean inGradient) {
        float[] gradient = gradient(1, 3);
        if (inGradient) {
            gradient[COUNT - 2] = Float.NaN;
        }
        return new StepContribution(gradient, 2, 6, inGradient ? 1 : Double.POSITIVE_INFINITY, 0, 0, false, false);
    }

    /** The group that every rank finds itself in when a peer is killed. */
    private static final class BrokenGroup extends SingleWorkerGroup {
        BrokenGroup(int size) {
            super(size);
        }

        @Override
        public void allReduceSum(float[] values, int length) {
            Arrays.fill(values, 0, length, 17f);
            throw new PeerLostException("rank 1 is gone", null);
        }

        @Override
        public void allReduceSum(double[] values, int length) {
            throw new PeerLostException("rank 1 is gone", null);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aLostPeerCostsNothingThatWasMerged(int every) throws Exception {
        List<Rank> ranks = run(
                2,
                3,
                every,
                MOMENTUM,
                (rank, step) -> contribution(gradient(rank, step), new Part(2, false), 4, false));
        Rank rank = ranks.get(0);
        TrainingState before = rank.state().copy();
        assertThatThrownBy(() -> {
                    for (int step = 3; step < 6; step++) {
                        rank.strategy()
                                .step(
                                        contribution(gradient(0, step), new Part(2, false), 4, false),
                                        rank.state(),
                                        new BrokenGroup(2));
                    }
                })
                .isInstanceOf(PeerLostException.class);
        rank.strategy().rewind(rank.state());
        assertThat(rank.state().parameters()).isEqualTo(before.parameters());
        assertThat(rank.state().optimizerState().toFlat())
                .isEqualTo(before.optimizerState().toFlat());
        assertThat(rank.state().header()).isEqualTo(before.header());
    }
}
