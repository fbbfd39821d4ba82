package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}. State: one velocity per parameter, when momentum is used.
 *
 * @param learningRate step size
 * @param momentum share of the last velocity that is kept
 * @param nesterov whether the gradient is taken as if after the momentum step
 */
@Named(
        value = "sgd",
        doc = "Stochastic gradient descent: w = w - learning_rate * g; with momentum v = momentum * v - learning_rate *"
                + " g, w = w + v, or, with nesterov, w = w + momentum * v - learning_rate * g (Sutskever et al. 2013).")
public record SgdOptimizer(
        @Setting(value = "Step size.", byDefault = "0.01") double learningRate,
        @Setting(value = "Share of the last velocity that is kept.", byDefault = "0") double momentum,
        @Setting(value = "Whether momentum looks ahead.", byDefault = "false") boolean nesterov)
        implements OptimizerSpec {
    public SgdOptimizer {
        new Checks()
                .positive("learning_rate", learningRate)
                .fraction("momentum", momentum)
                .that("nesterov", !nesterov || momentum > 0, "a momentum above 0 beside it", nesterov)
                .done();
    }

    @Override
    public int stateSlots() {
        return momentum > 0 ? 1 : 0;
    }

    @Override
    public Optimizer create() {
        float kept = (float) momentum;
        if (momentum == 0) {
            return (parameters, gradient, state, from, to, step, stepSize) -> {
                float rate = (float) stepSize;
                for (int i = from; i < to; i++) {
                    parameters[i] -= rate * gradient[i];
                }
            };
        }
        if (nesterov) {
            return (parameters, gradient, state, from, to, step, stepSize) -> {
                float rate = (float) stepSize;
                float[] velocities = state.slot(0);
                for (int i = from; i < to; i++) {
                    float velocity = kept * velocities[i] - rate * gradient[i] + Denormals.FLUSH - Denormals.FLUSH;
                    velocities[i] = velocity;
                    parameters[i] += kept * velocity - rate * gradient[i];
                }
            };
        }
        return (parameters, gradient, state, from, to, step, stepSize) -> {
            float rate = (float) stepSize;
            float[] velocities = state.slot(0);
            for (int i = from; i < to; i++) {
                float velocity = kept * velocities[i] - rate * gradient[i] + Denormals.FLUSH - Denormals.FLUSH;
                velocities[i] = velocity;
                parameters[i] += velocity;
            }
        };
    }
}
