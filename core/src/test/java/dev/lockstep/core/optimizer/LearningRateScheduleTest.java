package dev.lockstep.core.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.optimizer.ReduceOnPlateauSchedule.Monitor;
import org.junit.jupiter.api.Test;

/** Values worked out by hand; the learning rate is 0.8 everywhere. */
class LearningRateScheduleTest {
    private static final float[] NONE = {};

    private static void assertRate(LearningRateSchedule schedule, long stepsDone, double expected) {
        assertThat(schedule.rate(0.8, stepsDone, NONE))
                .as("%s after %d steps", schedule, stepsDone)
                .isCloseTo(expected, within(1e-12));
    }

    @Test
    void withoutAScheduleTheRateStays() {
        UpdateRule rule = UpdateRule.of(new SgdOptimizer(0.8, 0, false));
        assertThat(rule.learningRate(1, NONE)).isEqualTo(0.8);
        assertThat(rule.learningRate(1_000_000, NONE)).isEqualTo(0.8);
        assertThat(rule.memoryLength()).isZero();
    }

    /** The first step has taken none before it. */
    @Test
    void stepsAreCountedFromOneAndThoseDoneFromZero() {
        UpdateRule rule =
                new UpdateRule(new SgdOptimizer(0.8, 0, false), GradientClipping.NONE, new StepDecaySchedule(3, 0.5));
        assertThat(rule.learningRate(3, NONE)).isEqualTo(0.8);
        assertThat(rule.learningRate(4, NONE)).isEqualTo(0.4);
    }

    @Test
    void stepDecay() {
        LearningRateSchedule schedule = new StepDecaySchedule(10, 0.25);
        assertRate(schedule, 0, 0.8);
        assertRate(schedule, 9, 0.8);
        assertRate(schedule, 10, 0.2);
        assertRate(schedule, 29, 0.05);
    }

    @Test
    void exponentialDecay() {
        LearningRateSchedule schedule = new ExponentialDecaySchedule(10, 0.25, false);
        assertRate(schedule, 0, 0.8);
        assertRate(schedule, 5, 0.4);
        assertRate(schedule, 10, 0.2);
        assertRate(schedule, 15, 0.1);
        LearningRateSchedule stairs = new ExponentialDecaySchedule(10, 0.25, true);
        assertRate(stairs, 9, 0.8);
        assertRate(stairs, 15, 0.2);
    }

    /** The cosine of a third of the half wave is 1/2, that of its middle 0. */
    @Test
    void cosineDecay() {
        LearningRateSchedule schedule = new CosineDecaySchedule(30, 0, 0, 0);
        assertRate(schedule, 0, 0.8);
        assertRate(schedule, 10, 0.6);
        assertRate(schedule, 15, 0.4);
        assertRate(schedule, 20, 0.2);
        assertRate(schedule, 30, 0);
        assertRate(schedule, 1000, 0);
        LearningRateSchedule most = new CosineDecaySchedule(30, 0.5, 0, 0);
        assertRate(most, 10, 0.7);
        assertRate(most, 1000, 0.4);
    }

    @Test
    void cosineDecayAfterAWarmUp() {
        LearningRateSchedule schedule = new CosineDecaySchedule(30, 0, 4, 0.5);
        assertRate(schedule, 0, 0.4);
        assertRate(schedule, 1, 0.5);
        assertRate(schedule, 3, 0.7);
        assertRate(schedule, 4, 0.8);
        assertRate(schedule, 14, 0.6);
        assertRate(schedule, 34, 0);
    }

    @Test
    void warmup() {
        assertRate(new WarmupSchedule(4, 0), 0, 0);
        assertRate(new WarmupSchedule(4, 0), 1, 0.2);
        assertRate(new WarmupSchedule(4, 0.5), 1, 0.5);
        assertRate(new WarmupSchedule(4, 0.5), 4, 0.8);
        assertRate(new WarmupSchedule(4, 0.5), 400, 0.8);
    }

    /** The rate of the next epoch after each loss. */
    private static double[] rates(ReduceOnPlateauSchedule schedule, double... losses) {
        float[] memory = new float[schedule.memoryLength()];
        double[] rates = new double[losses.length];
        for (int i = 0; i < losses.length; i++) {
            schedule.epochEnded(losses[i], null, memory);
            rates[i] = schedule.rate(0.8, 100L * (i + 1), memory);
        }
        return rates;
    }

    @Test
    void aPlateauReducesTheRateAfterItsPatience() {
        ReduceOnPlateauSchedule schedule = new ReduceOnPlateauSchedule(Monitor.LOSS, 0.5, 2, 0.1, 0, 0);
        // 1.95 is not better by more than 0.1; 1.8 is, and counting begins anew.
        assertThat(rates(schedule, 2, 1.95, 1.8, 1.9, 1.8, 1.75, 1.75, 1))
                .containsExactly(new double[] {0.8, 0.8, 0.8, 0.8, 0.4, 0.4, 0.2, 0.2}, within(1e-12));
    }

    @Test
    void epochsOfTheCoolDownDoNotCount() {
        ReduceOnPlateauSchedule schedule = new ReduceOnPlateauSchedule(Monitor.LOSS, 0.5, 1, 0, 2, 0);
        // As Keras counts: the epoch in which the cool-down runs out counts again.
        assertThat(rates(schedule, 1, 1, 1, 1, 1, 1))
                .containsExactly(new double[] {0.8, 0.4, 0.4, 0.2, 0.2, 0.1}, within(1e-12));
    }

    @Test
    void theRateStaysAboveTheLeast() {
        ReduceOnPlateauSchedule schedule = new ReduceOnPlateauSchedule(Monitor.LOSS, 0.1, 1, 0, 0, 0.05);
        assertThat(rates(schedule, 1, 1, 1, 1)).containsExactly(new double[] {0.8, 0.08, 0.05, 0.05}, within(1e-12));
        assertThat(schedule.rate(0.01, 0, new float[] {1, 1, 0, 0, 3}))
                .as("a rate that was below it already")
                .isEqualTo(0.01);
    }

    @Test
    void theValidationLossDecidesWhereItIsMonitored() {
        ReduceOnPlateauSchedule schedule = new ReduceOnPlateauSchedule(Monitor.VAL_LOSS, 0.5, 1, 0, 0, 0);
        float[] memory = new float[schedule.memoryLength()];
        schedule.epochEnded(5, 1.0, memory);
        schedule.epochEnded(4, 1.0, memory);
        assertThat(schedule.rate(0.8, 20, memory)).isEqualTo(0.4);
        schedule.epochEnded(4, null, memory);
        assertThat(schedule.rate(0.8, 30, memory)).isEqualTo(0.4);
        assertThat(schedule.needsValidation()).isTrue();
    }
}
