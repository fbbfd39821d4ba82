package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}. State: the averages of the squared gradients of all parameters, then those of the squared moves.
 *
 * @param learningRate step size
 * @param rho decay of both averages
 * @param epsilon keeps the quotient finite
 */
@Named(
        value = "adadelta",
        doc = "Adadelta (Zeiler 2012) as Keras computes it: a = rho * a + (1 - rho) * g^2, d = g * sqrt(b + epsilon) /"
                + " sqrt(a + epsilon), b = rho * b + (1 - rho) * d^2, w = w - learning_rate * d. The paper has no"
                + " learning rate, which is 1 here; Keras's default is much smaller.")
public record AdadeltaOptimizer(
        @Setting(value = "Step size.", byDefault = "0.001") double learningRate,
        @Setting(value = "Decay of the averages of squares.", byDefault = "0.95") double rho,
        @Setting(value = "Added to both averages under the root.", byDefault = "1e-7") double epsilon)
        implements OptimizerSpec {
    public AdadeltaOptimizer {
        new Checks()
                .positive("learning_rate", learningRate)
                .fraction("rho", rho)
                .positive("epsilon", epsilon)
                .done();
    }

    @Override
    public int stateSlots() {
        return 2;
    }

    @Override
    public Optimizer create() {
        return (parameters, gradient, state, from, to, step, stepSize) ->
                update(parameters, gradient, state.slot(0), state.slot(1), from, to, (float) stepSize);
    }

    private void update(
            float[] parameters, float[] gradient, float[] squares, float[] moves, int from, int to, float rate) {
        float decay = (float) rho;
        float share = (float) (1 - rho);
        float smallest = (float) epsilon;
        for (int i = from; i < to; i++) {
            float g = gradient[i];
            float moved = moves[i];
            float square = decay * squares[i] + share * g * g + Denormals.FLUSH - Denormals.FLUSH;
            float move = g * (float) Math.sqrt((moved + smallest) / (square + smallest));
            squares[i] = square;
            moves[i] = decay * moved + share * move * move + Denormals.FLUSH - Denormals.FLUSH;
            parameters[i] -= rate * move;
        }
    }
}
