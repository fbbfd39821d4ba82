package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}. State: the first moments of all parameters, then the second moments.
 *
 * @param learningRate step size
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon keeps the quotient finite
 */
@Named(
        value = "adam",
        doc =
                "Adam (Kingma and Ba 2015) as Keras computes it: m = beta_1 m + (1 - beta_1) g, v = beta_2 v + (1 -"
                        + " beta_2) g^2, w = w - learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon).")
public record AdamOptimizer(
        @Setting(value = "Step size.", byDefault = "0.001") double learningRate,
        @Setting(value = "Decay of the first moment.", key = "beta_1", byDefault = "0.9") double beta1,
        @Setting(value = "Decay of the second moment.", key = "beta_2", byDefault = "0.999") double beta2,
        @Setting(value = "Added to the root of the second moment.", byDefault = "1e-7") double epsilon)
        implements OptimizerSpec {
    public AdamOptimizer {
        new Checks()
                .positive("learning_rate", learningRate)
                .fraction("beta_1", beta1)
                .fraction("beta_2", beta2)
                .positive("epsilon", epsilon)
                .done();
    }

    @Override
    public int stateSlots() {
        return 2;
    }

    @Override
    public Optimizer create() {
        float firstDecay = (float) beta1;
        float secondDecay = (float) beta2;
        float firstShare = (float) (1 - beta1);
        float secondShare = (float) (1 - beta2);
        float smallest = (float) epsilon;
        return (parameters, gradient, state, from, to, step) -> {
            float rate = (float) (learningRate
                    * Math.sqrt(1 - Math.pow(beta2, (double) step))
                    / (1 - Math.pow(beta1, (double) step)));
            int second = parameters.length;
            for (int i = from; i < to; i++) {
                float g = gradient[i];
                float m = firstDecay * state[i] + firstShare * g + Denormals.FLUSH - Denormals.FLUSH;
                float v = secondDecay * state[second + i] + secondShare * g * g + Denormals.FLUSH - Denormals.FLUSH;
                state[i] = m;
                state[second + i] = v;
                parameters[i] -= rate * m / ((float) Math.sqrt(v) + smallest);
            }
        };
    }
}
