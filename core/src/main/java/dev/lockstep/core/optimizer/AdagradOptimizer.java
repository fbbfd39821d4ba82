package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}. State: the sum of the squared gradients, without the initial value, so that it begins at 0 as all
 * state does.
 *
 * @param learningRate step size
 * @param initialAccumulatorValue what the sum of squares begins with
 * @param epsilon keeps the quotient finite
 */
@Named(
        value = "adagrad",
        doc = "Adagrad (Duchi et al. 2011) as Keras computes it: a = a + g^2, beginning with"
                + " initial_accumulator_value, w = w - learning_rate * g / sqrt(a + epsilon).")
public record AdagradOptimizer(
        @Setting(value = "Step size.", byDefault = "0.001") double learningRate,
        @Setting(value = "What the sum of squared gradients begins with.", byDefault = "0.1")
                double initialAccumulatorValue,
        @Setting(value = "Added to the sum of squares under the root.", byDefault = "1e-7") double epsilon)
        implements OptimizerSpec {
    public AdagradOptimizer {
        new Checks()
                .positive("learning_rate", learningRate)
                .notNegative("initial_accumulator_value", initialAccumulatorValue)
                .positive("epsilon", epsilon)
                .done();
    }

    @Override
    public int stateSlots() {
        return 1;
    }

    @Override
    public Optimizer create() {
        float start = (float) (initialAccumulatorValue + epsilon);
        return (parameters, gradient, state, from, to, step, stepSize) ->
                update(parameters, gradient, state.slot(0), from, to, (float) stepSize, start);
    }

    private static void update(
            float[] parameters, float[] gradient, float[] sums, int from, int to, float rate, float start) {
        for (int i = from; i < to; i++) {
            float g = gradient[i];
            // Nothing decays here, but the square of a tiny gradient alone would be a denormal in every step.
            float sum = sums[i] + g * g + Denormals.FLUSH - Denormals.FLUSH;
            sums[i] = sum;
            parameters[i] -= rate * g / (float) Math.sqrt(sum + start);
        }
    }
}
