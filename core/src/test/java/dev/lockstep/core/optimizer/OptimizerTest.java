package dev.lockstep.core.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.random.CounterRandom;
import org.junit.jupiter.api.Test;

/** The rules against Keras's formulas in double precision, written out again here. */
class OptimizerTest {
    private static final long SEED = 5;
    private static final int COUNT = 37;
    private static final int STEPS = 30;

    private interface Formula {
        /** New value of a parameter; {@code slots} is its state. */
        double next(double value, double gradient, double[] slots, int step);
    }

    @Test
    void plainGradientDescentIsKerass() {
        assertFollows(new SgdOptimizer(0.1, 0, false), (w, g, slots, step) -> w - 0.1 * g);
    }

    @Test
    void momentumIsKerass() {
        assertFollows(new SgdOptimizer(0.1, 0.9, false), (w, g, slots, step) -> {
            slots[0] = 0.9 * slots[0] - 0.1 * g;
            return w + slots[0];
        });
    }

    @Test
    void nesterovIsKerass() {
        assertFollows(new SgdOptimizer(0.1, 0.9, true), (w, g, slots, step) -> {
            slots[0] = 0.9 * slots[0] - 0.1 * g;
            return w + 0.9 * slots[0] - 0.1 * g;
        });
    }

    @Test
    void adamIsKerass() {
        assertFollows(new AdamOptimizer(0.01, 0.9, 0.999, 1e-7), (w, g, slots, step) -> {
            slots[0] += (g - slots[0]) * (1 - 0.9);
            slots[1] += (g * g - slots[1]) * (1 - 0.999);
            double alpha = 0.01 * Math.sqrt(1 - Math.pow(0.999, step)) / (1 - Math.pow(0.9, step));
            return w - slots[0] * alpha / (Math.sqrt(slots[1]) + 1e-7);
        });
    }

    private static void assertFollows(OptimizerSpec spec, Formula formula) {
        float[] parameters = new float[COUNT];
        double[] expected = new double[COUNT];
        double[][] slots = new double[COUNT][2];
        OptimizerState state = new OptimizerState(spec.stateSlots(), COUNT);
        float[] gradient = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            parameters[i] = CounterRandom.uniformFloat(SEED, i) - 0.5f;
            expected[i] = parameters[i];
        }
        Optimizer optimizer = spec.create();
        for (int step = 1; step <= STEPS; step++) {
            for (int i = 0; i < COUNT; i++) {
                gradient[i] = CounterRandom.uniformFloat(SEED + step, i) - 0.5f;
                expected[i] = formula.next(expected[i], gradient[i], slots[i], step);
            }
            // In two ranges, as the engine walks the blocks.
            optimizer.update(parameters, gradient, state, 0, 10, step);
            optimizer.update(parameters, gradient, state, 10, COUNT, step);
        }
        for (int i = 0; i < COUNT; i++) {
            assertThat((double) parameters[i]).as("parameter %d", i).isCloseTo(expected[i], within(2e-6));
            for (int slot = 0; slot < spec.stateSlots(); slot++) {
                assertThat((double) state.slot(slot)[i])
                        .as("slot %d of parameter %d", slot, i)
                        .isCloseTo(slots[i][slot], within(1e-6));
            }
        }
    }

    @Test
    void nothingOutsideTheRangeIsTouched() {
        for (OptimizerSpec spec : new OptimizerSpec[] {
            new SgdOptimizer(0.1, 0, false), new SgdOptimizer(0.1, 0.9, true), new AdamOptimizer(0.1, 0.9, 0.999, 1e-7)
        }) {
            float[] parameters = {1, 1, 1, 1};
            OptimizerState state = new OptimizerState(spec.stateSlots(), 4);
            spec.create().update(parameters, new float[] {1, 1, 1, 1}, state, 1, 3, 1);
            assertThat(parameters[0]).isEqualTo(1);
            assertThat(parameters[1]).isLessThan(1);
            assertThat(parameters[2]).isEqualTo(parameters[1]);
            assertThat(parameters[3]).isEqualTo(1);
            for (int slot = 0; slot < spec.stateSlots(); slot++) {
                assertThat(state.slot(slot)[0]).isZero();
                assertThat(state.slot(slot)[1]).isNotZero();
                assertThat(state.slot(slot)[3]).isZero();
            }
        }
    }

    @Test
    void theStateOfADeadUnitFadesWithoutPassingThroughDenormals() {
        for (OptimizerSpec spec : new OptimizerSpec[] {
            new SgdOptimizer(0.1, 0.9, false),
            new SgdOptimizer(0.1, 0.9, true),
            new AdamOptimizer(0.001, 0.9, 0.9, 1e-7)
        }) {
            Optimizer optimizer = spec.create();
            float[] parameters = {1, -1};
            OptimizerState state = new OptimizerState(spec.stateSlots(), 2);
            optimizer.update(parameters, new float[] {0.25f, -0.25f}, state, 0, 2, 1);
            assertThat(state.toFlat()).doesNotContain(0f);
            float[] dead = new float[2];
            for (int step = 2; step < 2000; step++) {
                optimizer.update(parameters, dead, state, 0, 2, step);
                for (float value : state.toFlat()) {
                    assertThat(value == 0 || Math.abs(value) * 1e-6f >= Float.MIN_NORMAL)
                            .as("%s at step %d: %s", spec, step, value)
                            .isTrue();
                }
            }
            // Rounding may hold a last few units up for ever; they are as good as zero.
            for (float value : state.toFlat()) {
                assertThat(Math.abs(value)).isLessThan(1e-30f);
            }
        }
    }
}
