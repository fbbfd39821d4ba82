package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}. State: the averages of the squared gradients of all parameters, then, when centered, those of the
 * gradients, then, with momentum, the velocities.
 *
 * @param learningRate step size
 * @param rho decay of the averages
 * @param momentum share of the last velocity that is kept
 * @param epsilon keeps the quotient finite
 * @param centered whether the square of the average gradient is subtracted
 */
@Named(
        value = "rmsprop",
        doc = "RMSprop (Hinton 2012) as Keras computes it: v = rho * v + (1 - rho) * g^2, w = w - learning_rate * g /"
                + " sqrt(v + epsilon); centered, a = rho * a + (1 - rho) * g and v - a^2 stands for v under the root;"
                + " with momentum, u = momentum * u + learning_rate * g / sqrt(v + epsilon), w = w - u.")
public record RmspropOptimizer(
        @Setting(value = "Step size.", byDefault = "0.001") double learningRate,
        @Setting(value = "Decay of the averages.", byDefault = "0.9") double rho,
        @Setting(value = "Share of the last velocity that is kept.", byDefault = "0") double momentum,
        @Setting(value = "Added to the average of squares under the root.", byDefault = "1e-7") double epsilon,
        @Setting(
                        value = "Whether to divide by the deviation of the gradient instead of its root mean square.",
                        byDefault = "false")
                boolean centered)
        implements OptimizerSpec {
    public RmspropOptimizer {
        new Checks()
                .positive("learning_rate", learningRate)
                .fraction("rho", rho)
                .fraction("momentum", momentum)
                .positive("epsilon", epsilon)
                .done();
    }

    @Override
    public int stateSlots() {
        return 1 + (centered ? 1 : 0) + (momentum > 0 ? 1 : 0);
    }

    @Override
    public Optimizer create() {
        Update update = new Update((float) rho, (float) (1 - rho), (float) epsilon, (float) momentum);
        if (centered && momentum > 0) {
            return (parameters, gradient, state, from, to, step, stepSize) -> update.centeredWithMomentum(
                    parameters, gradient, state.slot(0), state.slot(1), state.slot(2), from, to, (float) stepSize);
        }
        if (centered) {
            return (parameters, gradient, state, from, to, step, stepSize) ->
                    update.centered(parameters, gradient, state.slot(0), state.slot(1), from, to, (float) stepSize);
        }
        if (momentum > 0) {
            return (parameters, gradient, state, from, to, step, stepSize) ->
                    update.withMomentum(parameters, gradient, state.slot(0), state.slot(1), from, to, (float) stepSize);
        }
        return (parameters, gradient, state, from, to, step, stepSize) ->
                update.plain(parameters, gradient, state.slot(0), from, to, (float) stepSize);
    }

    /**
     * The four rules. A loop each, because a choice inside would keep the compiler from vectorising it; every array at
     * one index for the same reason.
     */
    private record Update(float decay, float share, float smallest, float kept) {
        void plain(float[] parameters, float[] gradient, float[] squares, int from, int to, float rate) {
            for (int i = from; i < to; i++) {
                float g = gradient[i];
                float square = decay * squares[i] + share * g * g + Denormals.FLUSH - Denormals.FLUSH;
                squares[i] = square;
                parameters[i] -= rate * g / (float) Math.sqrt(square + smallest);
            }
        }

        void withMomentum(
                float[] parameters,
                float[] gradient,
                float[] squares,
                float[] velocities,
                int from,
                int to,
                float rate) {
            for (int i = from; i < to; i++) {
                float g = gradient[i];
                float square = decay * squares[i] + share * g * g + Denormals.FLUSH - Denormals.FLUSH;
                float velocity = kept * velocities[i]
                        + rate * g / (float) Math.sqrt(square + smallest)
                        + Denormals.FLUSH
                        - Denormals.FLUSH;
                squares[i] = square;
                velocities[i] = velocity;
                parameters[i] -= velocity;
            }
        }

        void centered(
                float[] parameters, float[] gradient, float[] squares, float[] means, int from, int to, float rate) {
            for (int i = from; i < to; i++) {
                float g = gradient[i];
                float square = decay * squares[i] + share * g * g + Denormals.FLUSH - Denormals.FLUSH;
                float mean = decay * means[i] + share * g + Denormals.FLUSH - Denormals.FLUSH;
                squares[i] = square;
                means[i] = mean;
                parameters[i] -= rate * g / (float) Math.sqrt(variance(square, mean) + smallest);
            }
        }

        /** In two loops: the compiler leaves one of this length as it is. */
        void centeredWithMomentum(
                float[] parameters,
                float[] gradient,
                float[] squares,
                float[] means,
                float[] velocities,
                int from,
                int to,
                float rate) {
            for (int i = from; i < to; i++) {
                float g = gradient[i];
                squares[i] = decay * squares[i] + share * g * g + Denormals.FLUSH - Denormals.FLUSH;
                means[i] = decay * means[i] + share * g + Denormals.FLUSH - Denormals.FLUSH;
            }
            for (int i = from; i < to; i++) {
                float velocity = kept * velocities[i]
                        + rate * gradient[i] / (float) Math.sqrt(variance(squares[i], means[i]) + smallest)
                        + Denormals.FLUSH
                        - Denormals.FLUSH;
                velocities[i] = velocity;
                parameters[i] -= velocity;
            }
        }

        /** Never below 0, which rounding would make it for a large gradient that stays the same. */
        private static float variance(float square, float mean) {
            return Math.max(square - mean * mean, 0f);
        }
    }
}
