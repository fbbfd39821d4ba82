package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param every steps from one drop to the next
 * @param drop what the rate is multiplied with
 */
@Named(value = "step_decay", doc = "The optimizer's learning_rate * drop^floor(t / every), t the steps already taken.")
public record StepDecaySchedule(
        @Setting("Steps from one drop to the next.") long every,
        @Setting(value = "What the learning rate is multiplied with.", byDefault = "0.5") double drop)
        implements LearningRateSchedule {
    public StepDecaySchedule {
        new Checks().positive("every", every).positive("drop", drop).done();
    }

    @Override
    public double rate(double learningRate, long stepsDone, float[] memory) {
        return learningRate * StrictMath.pow(drop, (double) (stepsDone / every));
    }
}
