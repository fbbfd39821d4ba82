package dev.lockstep.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.GradientClipping;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.optimizer.UpdateRule;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.random.CounterRandom;
import org.junit.jupiter.api.Test;

/** Clipping against sums in double precision, over more parameters than are taken at once. */
class ParameterUpdateTest {
    private static final long SEED = 11;
    private static final int SAMPLES = 4;
    private static final double L2 = 0.01;
    private static final double RATE = 0.5;
    private static final double ANY = Double.POSITIVE_INFINITY;
    private static final NetworkPlan PLAN = Networks.plan(
            70,
            new SparseCategoricalCrossentropyLoss(),
            Networks.dense(50, Activation.RELU, L2),
            Networks.normalization(0.9),
            Networks.dense(3, Activation.SOFTMAX));
    private static final int COUNT = PLAN.parameterCount();

    private static float[] gradientSum() {
        float[] sum = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            sum[i] = (float) CounterRandom.normal(SEED, i);
        }
        return sum;
    }

    private static float[] updated(GradientClipping clipping, float[] gradientSum) {
        TrainingState state = new TrainingState(PLAN.initialParameters(SEED), 0);
        UpdateRule rule = new UpdateRule(new SgdOptimizer(RATE, 0, false), clipping, null);
        new ParameterUpdate(PLAN, rule).apply(state, gradientSum, SAMPLES);
        return state.parameters();
    }

    /** The mean gradient with penalties; 0 for statistics, which are no part of its norm. */
    private static double[] meanGradient() {
        double[] mean = new double[COUNT];
        float[] sum = gradientSum();
        float[] parameters = PLAN.initialParameters(SEED);
        for (ParameterBlock block : PLAN.blocks()) {
            for (int i = block.offset(); i < block.end(); i++) {
                mean[i] = block.spec().role() == Role.STATISTIC
                        ? 0
                        : (double) sum[i] / SAMPLES + 2 * block.spec().penalty().l2() * parameters[i];
            }
        }
        return mean;
    }

    private static double norm(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    @Test
    void aLargerNormIsScaledDownToTheLimit() {
        double[] mean = meanGradient();
        double limit = norm(mean) / 3;
        float[] found = updated(new GradientClipping(limit, ANY), gradientSum());
        float[] start = PLAN.initialParameters(SEED);
        double[] step = new double[COUNT];
        for (ParameterBlock block : PLAN.blocks()) {
            for (int i = block.offset(); i < block.end(); i++) {
                boolean statistic = block.spec().role() == Role.STATISTIC;
                double expected =
                        statistic ? start[i] - gradientSum()[i] / (double) SAMPLES : start[i] - RATE * mean[i] / 3;
                assertThat((double) found[i]).as("value %d", i).isCloseTo(expected, within(1e-6));
                step[i] = statistic ? 0 : (start[i] - found[i]) / RATE;
            }
        }
        assertThat(norm(step)).isCloseTo(limit, within(1e-4));
    }

    @Test
    void aNormWithinTheLimitLeavesEveryBitAsItIs() {
        double limit = norm(meanGradient()) * 1.001;
        assertThat(updated(new GradientClipping(limit, ANY), gradientSum()))
                .isEqualTo(updated(GradientClipping.NONE, gradientSum()));
    }

    @Test
    void eachValueIsLimitedByItself() {
        double[] mean = meanGradient();
        float[] found = updated(new GradientClipping(ANY, 0.125), gradientSum());
        float[] start = PLAN.initialParameters(SEED);
        for (ParameterBlock block : PLAN.blocks()) {
            for (int i = block.offset(); block.spec().role() == Role.TRAINABLE && i < block.end(); i++) {
                double limited = Math.max(-0.125, Math.min(0.125, mean[i]));
                assertThat((double) found[i]).as("value %d", i).isCloseTo(start[i] - RATE * limited, within(1e-6));
            }
        }
    }

    /** Under parameter averaging a worker's own gradient is looked at after the average only. */
    @Test
    void whatIsNoNumberIsNotHidden() {
        float[] sum = gradientSum();
        sum[7] = Float.NaN;
        assertThat(updated(new GradientClipping(1, ANY), sum.clone())[7]).isNaN();
        assertThat(updated(new GradientClipping(ANY, 1), sum.clone())[7]).isNaN();
        sum[7] = Float.POSITIVE_INFINITY;
        assertThat(updated(new GradientClipping(1, ANY), sum.clone())[7]).isNaN();
    }
}
