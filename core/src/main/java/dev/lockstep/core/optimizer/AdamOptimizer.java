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
        return new Update(this);
    }

    /** The rule. */
    private static final class Update implements Optimizer {
        private final AdamOptimizer settings;
        private final AdamStepSize stepSize;

        Update(AdamOptimizer settings) {
            this.settings = settings;
            this.stepSize = new AdamStepSize(settings.beta1(), settings.beta2());
        }

        @Override
        public void update(
                float[] parameters,
                float[] gradient,
                OptimizerState state,
                int from,
                int to,
                long step,
                double learningRate) {
            float size = stepSize.at(step, learningRate);
            update(parameters, gradient, state.slot(0), state.slot(1), from, to, size);
        }

        private void update(
                float[] parameters, float[] gradient, float[] first, float[] second, int from, int to, float size) {
            float firstDecay = (float) settings.beta1();
            float secondDecay = (float) settings.beta2();
            float firstShare = (float) (1 - settings.beta1());
            float secondShare = (float) (1 - settings.beta2());
            float smallest = (float) settings.epsilon();
            for (int i = from; i < to; i++) {
                float g = gradient[i];
                float m = firstDecay * first[i] + firstShare * g + Denormals.FLUSH - Denormals.FLUSH;
                float v = secondDecay * second[i] + secondShare * g * g + Denormals.FLUSH - Denormals.FLUSH;
                first[i] = m;
                second[i] = v;
                parameters[i] -= size * m / ((float) Math.sqrt(v) + smallest);
            }
        }
    }
}
