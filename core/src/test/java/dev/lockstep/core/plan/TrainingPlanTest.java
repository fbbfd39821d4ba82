package dev.lockstep.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Figures worked out by hand. */
class TrainingPlanTest {
    /** 10 us a message, 1 ns a byte. */
    private static final ExchangeCost COST = new ExchangeCost(10e-6, 1e-9);

    private static final double ETHERNET = 1538.0 / 1448;

    /** 1 ms and 0.1 ms a sample; 999,995 parameters, so that a gradient has 1,000,000 floats; Adam's two slots. */
    private static JobProfile job(int batchSize, List<Integer> normalizedFeatures) {
        return new JobProfile(
                1_000,
                batchSize,
                999_995,
                2 * 999_995,
                4,
                normalizedFeatures,
                new ComputeTime(
                        Map.of(1, StepSeconds.of(1.1e-3), batchSize, StepSeconds.of(1e-3 + batchSize * 0.1e-3))),
                0.5e-3,
                0.4e-3,
                0.2e-3);
    }

    private static TrainingPlan plan(JobProfile job, String network, int mostWorkers) {
        return new TrainingPlan(
                job,
                new MergeTime(NetworkSpeed.parse(network), COST),
                SyncMode.GRADIENT_SHARING,
                WorkerCounts.parse("1.." + mostWorkers));
    }

    @Test
    void computingIsOnStraightLinesBetweenMeasuredSlices() {
        ComputeTime compute = new ComputeTime(Map.of(1, StepSeconds.of(2), 5, StepSeconds.of(6), 9, StepSeconds.of(6)));
        assertThat(compute.seconds(1, 1)).isEqualTo(2);
        assertThat(compute.seconds(2, 1)).isEqualTo(3);
        assertThat(compute.seconds(7, 3)).isEqualTo(6);
        assertThat(compute.seconds(100, 3)).isEqualTo(6);
    }

    @Test
    void moreWorkersWaitForASlowerSlowest() {
        StepSeconds times = StepSeconds.of(4, 1, 3, 2);
        assertThat(times.mean()).isEqualTo(2.5);
        // Of the 16 pairs 7 have 4 as the larger time, 5 have 3, 3 have 2, 1 has 1.
        assertThat(times.expectedSlowest(2)).isCloseTo((7 * 4 + 5 * 3 + 3 * 2 + 1) / 16.0, within(1e-12));
        assertThat(times.expectedSlowest(10_000)).isCloseTo(4, within(1e-9));
        assertThat(StepSeconds.of(1, 1, 1, 100).mean())
                .as("a hiccup counts as two medians")
                .isEqualTo(1.25);
        ComputeTime compute = new ComputeTime(Map.of(1, times, 3, StepSeconds.of(8)));
        assertThat(compute.seconds(2, 2)).isCloseTo((3.125 + 8) / 2, within(1e-12));
    }

    @Test
    void theLineThroughTwoExchangesGivesBothCosts() {
        ExchangeCost cost = ExchangeCost.fit(1_000, 11e-6, 1_001_000, 1_011e-6);
        assertThat(cost.secondsPerByte()).isCloseTo(1e-9, within(1e-15));
        assertThat(cost.secondsPerMessage()).isCloseTo(10e-6, within(1e-12));
        assertThat(ExchangeCost.fit(10, 5e-6, 20, 4e-6)).isEqualTo(new ExchangeCost(5e-6, 0));
    }

    @Test
    void twoWorkersSendTheWholeVectorOnce() {
        // 31 frames of 128 KiB: 4,000,992 bytes.
        MergeTraffic traffic = MergeTraffic.of(2, 4_000_000);
        assertThat(traffic).isEqualTo(new MergeTraffic(1, 1, 4_000_000 + 31 * 32));
        double wire = 4_000_992 * ETHERNET * 8 / 1e8;
        assertThat(new MergeTime(NetworkSpeed.parse("100mbit,5ms"), COST).seconds(2, 4_000_000))
                .isCloseTo(5e-3 + 10e-6 + wire + 4_000_992e-9 / 31, within(1e-9));
    }

    @Test
    void moreWorkersSendChunksAndThenSums() {
        assertThat(MergeTraffic.of(4, 4_000_000)).isEqualTo(new MergeTraffic(2, 3, 1_000_000 + 8 * 32));
        assertThat(MergeTraffic.of(4, 4_000)).isEqualTo(new MergeTraffic(1, 3, 4_032));
        assertThat(MergeTraffic.of(1, 4_000).bytesSent()).isZero();
        double work = 3 * 1_000_256e-9;
        assertThat(new MergeTime(NetworkSpeed.LOOPBACK, COST).seconds(4, 4_000_000))
                .isCloseTo(2 * (3 * 10e-6 + work), within(1e-9));
    }

    @Test
    void aStepIsComputeUpdateAndMerge() {
        TrainingPlan plan = plan(job(100, List.of()), "1gbit,1ms", 4);
        StepTimePrediction alone = plan.predictions().get(0);
        assertThat(alone.stepSeconds()).isCloseTo(11e-3 + 0.5e-3, within(1e-9));
        assertThat(plan.efficiency(alone)).isEqualTo(1);
        assertThat(plan.secondsPerEpoch(alone)).isCloseTo(10 * 11.5e-3, within(1e-9));
        StepTimePrediction two = plan.predictions().get(1);
        double merge = 1e-3 + 10e-6 + 4_000_992 * ETHERNET * 8 / 1e9 + 4_000_992e-9 / 31;
        assertThat(two.sliceSamples()).isEqualTo(50);
        assertThat(two.mergeSeconds()).isCloseTo(merge, within(1e-9));
        assertThat(two.stepSeconds()).isCloseTo(6e-3 + 0.5e-3 + merge, within(1e-9));
        assertThat(plan.efficiency(two)).isCloseTo(11.5e-3 / (2 * (6.5e-3 + merge)), within(1e-9));
        assertThat(plan.samplesPerSecond(two)).isCloseTo(100 / two.stepSeconds(), within(1e-6));
    }

    @Test
    void averagesMoveTheOptimizersStateToo() {
        TrainingPlan plan = plan(job(100, List.of()), "1gbit,1ms", 4);
        StepTimePrediction two = plan.predict(2, SyncMode.PARAMETER_AVERAGING);
        // 10 steps an epoch: averages after 4, 8 and, as the last of the epoch, 10.
        double average = plan.merge().seconds(2, 4L * (3 * 999_995 + 5));
        assertThat(two.mergeSeconds()).isCloseTo(0.3 * average, within(1e-9));
        assertThat(two.updateSeconds()).isCloseTo(0.4e-3 + 0.3 * 0.2e-3, within(1e-9));
    }

    @Test
    void normalizedLayersMeetThreeTimesAStep() {
        MergeTime slow = new MergeTime(NetworkSpeed.parse("1gbit,10ms"), COST);
        double without = plan(job(100, List.of()), "1gbit,10ms", 4)
                .predict(2, SyncMode.GRADIENT_SHARING)
                .mergeSeconds();
        double with = plan(job(100, List.of(64, 32)), "1gbit,10ms", 4)
                .predict(2, SyncMode.GRADIENT_SHARING)
                .mergeSeconds();
        assertThat(with - without)
                .isCloseTo(
                        slow.seconds(2, 65 * 8)
                                + slow.seconds(2, 64 * 8)
                                + slow.seconds(2, 128 * 8)
                                + slow.seconds(2, 33 * 8)
                                + slow.seconds(2, 32 * 8)
                                + slow.seconds(2, 64 * 8),
                        within(1e-9));
        assertThat(with - without).isGreaterThan(6 * 10e-3);
    }

    @Test
    void aSlowNetworkSaysThatSparkDoesNotPay() {
        TrainingPlan plan = plan(job(100, List.of()), "10mbit,50ms", 64);
        assertThat(plan.mostThatPay(SyncMode.GRADIENT_SHARING)).isEqualTo(1);
        assertThat(plan.bestMode(2)).isEqualTo(SyncMode.PARAMETER_AVERAGING);
        assertThat(plan.bestMode(1)).isEqualTo(SyncMode.GRADIENT_SHARING);
    }

    @Test
    void whereItPaysTheSmallestNumberNearTheBestIsNamed() {
        TrainingPlan plan = plan(job(1_000, List.of()), "10gbit,0.1ms", 1_024);
        int most = plan.mostThatPay(SyncMode.GRADIENT_SHARING);
        assertThat(most).isBetween(3, 200);
        double step = plan.predict(most, SyncMode.GRADIENT_SHARING).stepSeconds();
        double shortest = step;
        for (int workers = 1; workers <= 1_024; workers++) {
            shortest = Math.min(
                    shortest, plan.predict(workers, SyncMode.GRADIENT_SHARING).stepSeconds());
        }
        assertThat(step).isBetween(shortest, shortest / 0.95 + 1e-12);
        assertThat(plan.predict(most - 1, SyncMode.GRADIENT_SHARING).stepSeconds())
                .isGreaterThan(shortest / 0.95);
    }

    @Test
    void moreWorkersThanSamplesStillHoldOneEach() {
        assertThat(job(100, List.of()).sliceSamples(1_024)).isEqualTo(1);
        assertThat(job(100, List.of()).sliceSamples(3)).isEqualTo(34);
    }
}
