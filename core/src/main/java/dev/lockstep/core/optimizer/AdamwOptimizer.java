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
        Optimizer adam = new AdamOptimizer(learningRate, beta1, beta2, epsilon).create();
        return (parameters, gradient, state, from, to, step, rate) -> {
            decay(parameters, from, to, (float) (weightDecay * rate));
            adam.update(parameters, gradient, state, from, to, step, rate);
        };
    }

    private static void decay(float[] parameters, int from, int to, float share) {
        for (int i = from; i < to; i++) {
            parameters[i] -= share * parameters[i];
        }
    }
}
