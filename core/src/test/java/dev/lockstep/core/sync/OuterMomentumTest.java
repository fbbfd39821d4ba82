package dev.lockstep.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.optimizer.UpdateRule;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.random.CounterRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DiLoCo's outer step against its formula written out in double precision. */
class OuterMomentumTest {
    private static final long SEED = 6_174;
    private static final int STEPS = 12;
    private static final int EVERY = 3;
    private static final NetworkPlan PLAN =
            Networks.plan(7, new SparseCategoricalCrossentropyLoss(), Networks.dense(5, Activation.SOFTMAX));

    private static double gradient(int rank, int step, int i) {
        return (float) CounterRandom.normal(CounterRandom.key(CounterRandom.key(SEED, rank), step), i);
    }

    private static float[] train(int ranks, float momentum, float rate) throws Exception {
        int count = PLAN.parameterCount();
        List<ProcessGroup> groups = LocalProcessGroup.create(ranks, Duration.ofSeconds(30));
        return Objects.requireNonNull(RankThreads.<float[]>results(ranks, rank -> {
                    TrainingState state = new TrainingState(PLAN.initialParameters(SEED), 0, momentum > 0 ? count : 0);
                    UpdateRule rule = UpdateRule.of(new SgdOptimizer(0.1, 0, false));
                    SyncStrategy strategy = new ParameterAveraging(PLAN, rule, EVERY, momentum, rate, state);
                    for (int step = 0; step < STEPS; step++) {
                        float[] gradient = new float[count];
                        for (int i = 0; i < count; i++) {
                            gradient[i] = (float) gradient(rank, step, i);
                        }
                        strategy.step(
                                new StepContribution(gradient, 1, ranks, 1, 0, 0, false, false),
                                state,
                                groups.get(rank));
                    }
                    return state.parameters();
                })
                .get(0));
    }

    @ParameterizedTest
    @CsvSource({"1, 0.9, 0.7", "3, 0.9, 0.7", "3, 0.5, 1", "2, 0, 0.4", "3, 0, 1"})
    void theOuterStepIsThatOfThePaper(int ranks, float momentum, float rate) throws Exception {
        float[] found = train(ranks, momentum, rate);
        float[] start = PLAN.initialParameters(SEED);
        for (int i = 0; i < found.length; i++) {
            double outer = start[i];
            double velocity = 0;
            for (int round = 0; round < STEPS / EVERY; round++) {
                double outerGradient = 0;
                for (int rank = 0; rank < ranks; rank++) {
                    double inner = outer;
                    for (int step = round * EVERY; step < (round + 1) * EVERY; step++) {
                        inner -= 0.1 * gradient(rank, step, i);
                    }
                    outerGradient += (outer - inner) / ranks;
                }
                velocity = momentum * velocity + outerGradient;
                outer -= rate * (outerGradient + momentum * velocity);
            }
            assertThat((double) found[i]).isCloseTo(outer, within(2e-6));
        }
    }
}
