package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}. A name that people look for; the rule is that of {@link SgdOptimizer}.
 *
 * @param learningRate step size
 * @param momentum share of the last velocity that is kept
 */
@Named(
        value = "momentum",
        doc = "Stochastic gradient descent with momentum: sgd with a momentum to start with. v = momentum * v -"
                + " learning_rate * g, w = w + v (Polyak 1964).")
public record MomentumOptimizer(
        @Setting(value = "Step size.", byDefault = "0.01") double learningRate,
        @Setting(value = "Share of the last velocity that is kept, above 0.", byDefault = "0.9") double momentum)
        implements OptimizerSpec {
    public MomentumOptimizer {
        new Checks()
                .positive("learning_rate", learningRate)
                .that("momentum", momentum > 0 && momentum < 1, "a number above 0 and below 1", momentum)
                .done();
    }

    /** The same under its general name. */
    public SgdOptimizer asSgd() {
        return new SgdOptimizer(learningRate, momentum, false);
    }

    @Override
    public int stateSlots() {
        return asSgd().stateSlots();
    }

    @Override
    public Optimizer create() {
        return asSgd().create();
    }
}
