package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}. State: the first moments of all parameters, then the second moments.
 *
 * @param learningRate step size
 * @param weightDecay share of a value that a step takes away, times the learning rate
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon keeps the quotient finite
 */
@Named(
        value = "adamw",
        doc = "Adam with decoupled weight decay (Loshchilov and Hutter 2019) as Keras computes it: w = w -"
                + " learning_rate * weight_decay * w, then the step of adam. All trained values decay, biases and those"
                + " of normalization layers included.")
public record AdamwOptimizer(
        @Setting(value = "Step size.", byDefault = "0.001") double learningRate,
        @Setting(value = "Share of each value that a step takes away, times learning_rate.", byDefault = "0.004")
                double weightDecay,
        @Setting(value = "Decay of the first moment.", key = "beta_1", byDefault = "0.9") double beta1,
        @Setting(value = "Decay of the second moment.", key = "beta_2", byDefault = "0.999") double beta2,
        @Setting(value = "Added to the root of the second moment.", byDefault = "1e-7") double epsilon)
        implements OptimizerSpec {
    public AdamwOptimizer {
        new Checks()
                .positive("learning_rate", learningRate)
                .notNegative("weight_decay", weightDecay)
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
        private final AdamwOptimizer settings;
        private final AdamStepSize stepSize;

        Update(AdamwOptimizer settings) {
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
            float decay = (float) (settings.weightDecay() * learningRate);
            update(parameters, gradient, state.slot(0), state.slot(1), from, to, size, decay);
        }

        private void update(
                float[] parameters,
                float[] gradient,
                float[] first,
                float[] second,
                int from,
                int to,
                float size,
                float decay) {
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
                float w = parameters[i];
                parameters[i] = w - decay * w - size * m / ((float) Math.sqrt(v) + smallest);
            }
        }
    }
}
