package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.evaluation.EvaluationResult;
import dev.lockstep.core.evaluation.EvaluationScope;
import dev.lockstep.core.evaluation.EvaluationTotals;
import dev.lockstep.core.evaluation.MetricFigure;
import dev.lockstep.core.evaluation.RocAucMetric;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.BinaryCrossentropyLoss;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.random.CounterRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableGatheringTest {
    /** More than travel at once: a distinct score takes 12 bytes of 4 MiB. */
    private static final int SAMPLES = 400_000;

    private static final int RANKS = 3;
    private static final NetworkPlan PLAN =
            Networks.plan(2, new BinaryCrossentropyLoss(), Networks.dense(1, Activation.SIGMOID));

    private static EvaluationTotals totals() {
        return EvaluationTotals.of(PLAN, List.of(new RocAucMetric()), EvaluationScope.TEST);
    }

    private static void add(EvaluationTotals totals, int from, int to) {
        float[] labels = new float[to - from];
        float[] scores = new float[to - from];
        for (int i = from; i < to; i++) {
            labels[i - from] = CounterRandom.below(1, i, 2);
            scores[i - from] = CounterRandom.uniformFloat(2, i) * (0.5f + labels[i - from]);
        }
        totals.add(labels, scores, to - from);
    }

    private static MetricFigure area(EvaluationResult result) {
        return result.metrics().stream()
                .filter(figure -> figure.metric() instanceof RocAucMetric)
                .findFirst()
                .orElseThrow();
    }

    /** One rank has most, one a few, one nothing. */
    @Test
    void everyRankHoldsWhatOneWouldHaveCounted() throws Exception {
        EvaluationTotals alone = totals();
        add(alone, 0, SAMPLES + 9);
        int[] bounds = {0, SAMPLES, SAMPLES + 9, SAMPLES + 9};
        List<ProcessGroup> groups = LocalProcessGroup.create(RANKS, Duration.ofSeconds(30));
        List<EvaluationResult> results = RankThreads.<EvaluationResult>results(RANKS, rank -> {
            EvaluationTotals own = totals();
            if (bounds[rank] < bounds[rank + 1]) {
                add(own, bounds[rank], bounds[rank + 1]);
            }
            groups.get(rank).allReduceSum(own.values(), own.values().length);
            TableGathering.gather(own.tables(), groups.get(rank));
            return own.result();
        });
        assertThat(results).hasSize(RANKS).allSatisfy(result -> {
            assertThat(result.samples()).isEqualTo(SAMPLES + 9);
            assertThat(area(result)).isEqualTo(area(alone.result()));
        });
    }
}
