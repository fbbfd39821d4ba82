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

    @Test
    void adamwIsKerass() {
        assertFollows(new AdamwOptimizer(0.01, 0.2, 0.9, 0.999, 1e-7), (w, g, slots, step) -> {
            slots[0] += (g - slots[0]) * (1 - 0.9);
            slots[1] += (g * g - slots[1]) * (1 - 0.999);
            double alpha = 0.01 * Math.sqrt(1 - Math.pow(0.999, step)) / (1 - Math.pow(0.9, step));
            return w - w * 0.2 * 0.01 - slots[0] * alpha / (Math.sqrt(slots[1]) + 1e-7);
        });
    }

    @Test
    void nadamIsKerass() {
        double[] product = new double[STEPS + 2];
        product[0] = 1;
        for (int t = 1; t < product.length; t++) {
            product[t] = product[t - 1] * 0.9 * (1 - 0.5 * Math.pow(0.96, t));
        }
        assertFollows(new NadamOptimizer(0.01, 0.9, 0.999, 1e-7), (w, g, slots, step) -> {
            slots[0] += (g - slots[0]) * (1 - 0.9);
            slots[1] += (g * g - slots[1]) * (1 - 0.999);
            double now = product[step] / product[step - 1];
            double next = product[step + 1] / product[step];
            double moment = next * slots[0] / (1 - product[step + 1]) + (1 - now) * g / (1 - product[step]);
            return w - moment * 0.01 / (Math.sqrt(slots[1] / (1 - Math.pow(0.999, step))) + 1e-7);
        });
    }

    @Test
    void adagradIsKerassWithItsAccumulatorKeptWithoutTheStart() {
        assertFollows(new AdagradOptimizer(0.1, 0.3, 1e-7), (w, g, slots, step) -> {
            slots[0] += g * g;
            return w - 0.1 * g / Math.sqrt(0.3 + slots[0] + 1e-7);
        });
    }

    @Test
    void adadeltaIsKerass() {
        assertFollows(new AdadeltaOptimizer(0.5, 0.9, 1e-6), (w, g, slots, step) -> {
            slots[0] = 0.9 * slots[0] + (1 - 0.9) * g * g;
            double delta = -Math.sqrt(slots[1] + 1e-6) * g / Math.sqrt(slots[0] + 1e-6);
            slots[1] = 0.9 * slots[1] + (1 - 0.9) * delta * delta;
            return w + 0.5 * delta;
        });
    }

    @Test
    void rmspropIsKerass() {
        assertFollows(new RmspropOptimizer(0.01, 0.9, 0, 1e-7, false), (w, g, slots, step) -> {
            slots[0] = 0.9 * slots[0] + (1 - 0.9) * g * g;
            return w - 0.01 * g / Math.sqrt(slots[0] + 1e-7);
        });
    }

    @Test
    void rmspropWithMomentumIsKerass() {
        assertFollows(new RmspropOptimizer(0.01, 0.9, 0.6, 1e-7, false), (w, g, slots, step) -> {
            slots[0] = 0.9 * slots[0] + (1 - 0.9) * g * g;
            slots[1] = 0.6 * slots[1] + 0.01 * g / Math.sqrt(slots[0] + 1e-7);
            return w - slots[1];
        });
    }

    @Test
    void centeredRmspropIsKerass() {
        assertFollows(new RmspropOptimizer(0.01, 0.9, 0, 1e-7, true), (w, g, slots, step) -> {
            slots[0] = 0.9 * slots[0] + (1 - 0.9) * g * g;
            slots[1] = 0.9 * slots[1] + (1 - 0.9) * g;
            return w - 0.01 * g / Math.sqrt(slots[0] - slots[1] * slots[1] + 1e-7);
        });
    }

    @Test
    void centeredRmspropWithMomentumIsKerass() {
        assertFollows(new RmspropOptimizer(0.01, 0.9, 0.6, 1e-7, true), (w, g, slots, step) -> {
            slots[0] = 0.9 * slots[0] + (1 - 0.9) * g * g;
            slots[1] = 0.9 * slots[1] + (1 - 0.9) * g;
            slots[2] = 0.6 * slots[2] + 0.01 * g / Math.sqrt(slots[0] - slots[1] * slots[1] + 1e-7);
            return w - slots[2];
        });
    }

    /** The names that people look for are the general one's rule to the bit. */
    @Test
    void momentumAndNesterovAreSgds() {
        assertThat(trained(new MomentumOptimizer(0.1, 0.9))).isEqualTo(trained(new SgdOptimizer(0.1, 0.9, false)));
        assertThat(trained(new NesterovOptimizer(0.1, 0.9))).isEqualTo(trained(new SgdOptimizer(0.1, 0.9, true)));
    }

    /** A variance of 0 comes out of the rounding on either side of 0; below it there is no root. */
    @Test
    void aLargeGradientThatStaysTheSameLeavesCenteredRmspropFinite() {
        Optimizer optimizer = new RmspropOptimizer(0.01, 0.9, 0, 1e-7, true).create();
        float[] parameters = new float[COUNT];
        float[] gradient = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            gradient[i] = 1000 + 17.3f * i;
        }
        OptimizerState state = new OptimizerState(2, COUNT);
        for (int step = 1; step <= 400; step++) {
            optimizer.update(parameters, gradient, state, 0, COUNT, step, 0.01);
        }
        for (float parameter : parameters) {
            assertThat(parameter).isFinite();
        }
    }

    /** A resumed run's optimizer is new and begins in the middle. */
    @Test
    void aNewOptimizerGoesOnWithTheSameBits() {
        for (OptimizerSpec spec : everyOptimizer()) {
            float[] gradient = new float[COUNT];
            float[] whole = new float[COUNT];
            float[] resumed = new float[COUNT];
            OptimizerState wholeState = new OptimizerState(spec.stateSlots(), COUNT);
            OptimizerState resumedState = new OptimizerState(spec.stateSlots(), COUNT);
            Optimizer optimizer = spec.create();
            for (int step = 1; step <= STEPS; step++) {
                for (int i = 0; i < COUNT; i++) {
                    gradient[i] = CounterRandom.uniformFloat(SEED + step, i) - 0.5f;
                }
                optimizer.update(whole, gradient, wholeState, 0, COUNT, step, spec.learningRate());
                spec.create().update(resumed, gradient, resumedState, 0, COUNT, step, spec.learningRate());
            }
            assertThat(resumed).as("%s", spec).isEqualTo(whole);
        }
    }

    private static OptimizerSpec[] everyOptimizer() {
        return new OptimizerSpec[] {
            new SgdOptimizer(0.1, 0, false),
            new SgdOptimizer(0.1, 0.9, false),
            new SgdOptimizer(0.1, 0.9, true),
            new MomentumOptimizer(0.1, 0.9),
            new NesterovOptimizer(0.1, 0.9),
            new AdagradOptimizer(0.1, 0.1, 1e-7),
            new AdadeltaOptimizer(1, 0.9, 1e-7),
            new RmspropOptimizer(0.001, 0.9, 0, 1e-7, false),
            new RmspropOptimizer(0.001, 0.9, 0.9, 1e-7, false),
            new RmspropOptimizer(0.001, 0.9, 0, 1e-7, true),
            new RmspropOptimizer(0.001, 0.9, 0.9, 1e-7, true),
            new AdamOptimizer(0.001, 0.9, 0.9, 1e-7),
            new AdamwOptimizer(0.001, 0.004, 0.9, 0.9, 1e-7),
            new NadamOptimizer(0.001, 0.9, 0.9, 1e-7)
        };
    }

    private static float[] trained(OptimizerSpec spec) {
        float[] parameters = new float[COUNT];
        float[] gradient = new float[COUNT];
        OptimizerState state = new OptimizerState(spec.stateSlots(), COUNT);
        Optimizer optimizer = spec.create();
        for (int step = 1; step <= STEPS; step++) {
            for (int i = 0; i < COUNT; i++) {
                gradient[i] = CounterRandom.uniformFloat(SEED + step, i) - 0.5f;
            }
            optimizer.update(parameters, gradient, state, 0, COUNT, step, spec.learningRate());
        }
        return parameters;
    }

    private static void assertFollows(OptimizerSpec spec, Formula formula) {
        float[] parameters = new float[COUNT];
        double[] expected = new double[COUNT];
        double[][] slots = new double[COUNT][3];
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
            optimizer.update(parameters, gradient, state, 0, 10, step, spec.learningRate());
            optimizer.update(parameters, gradient, state, 10, COUNT, step, spec.learningRate());
        }
        for (int i = 0; i < COUNT; i++) {
            assertThat((double) parameters[i]).as("parameter %d", i).isCloseTo(expected[i], within(2e-6));
            for (int slot = 0; slot < spec.stateSlots(); slot++) {
                assertThat((double) state.slot(slot)[i])
                        .as("slot %d of parameter %d", slot, i)
                        .isCloseTo(slots[i][slot], within(2e-6));
            }
        }
    }

    @Test
    void nothingOutsideTheRangeIsTouched() {
        for (OptimizerSpec spec : everyOptimizer()) {
            float[] parameters = {1, 1, 1, 1};
            OptimizerState state = new OptimizerState(spec.stateSlots(), 4);
            float[] gradient = {1, 1, 1, 1};
            spec.create().update(parameters, gradient, state, 1, 3, 1, spec.learningRate());
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
        for (OptimizerSpec spec : everyOptimizer()) {
            if (spec instanceof AdagradOptimizer) {
                continue; // It forgets nothing.
            }
            Optimizer optimizer = spec.create();
            float[] parameters = {1, -1};
            OptimizerState state = new OptimizerState(spec.stateSlots(), 2);
            optimizer.update(parameters, new float[] {0.25f, -0.25f}, state, 0, 2, 1, spec.learningRate());
            assertThat(state.toFlat()).doesNotContain(0f);
            float[] dead = new float[2];
            for (int step = 2; step < 2000; step++) {
                optimizer.update(parameters, dead, state, 0, 2, step, spec.learningRate());
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
