package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param decaySteps steps until the rate has been multiplied with the decay rate once
 * @param decayRate what the rate is multiplied with
 * @param staircase whether it changes at once
 */
@Named(
        value = "exponential_decay",
        doc = "The optimizer's learning_rate * decay_rate^(t / decay_steps), t the steps already taken; with"
                + " staircase, the quotient is rounded down. As Keras's ExponentialDecay.")
public record ExponentialDecaySchedule(
        @Setting("Steps until the learning rate has been multiplied with decay_rate once.") long decaySteps,
        @Setting("What the learning rate is multiplied with.") double decayRate,
        @Setting(value = "Whether it changes every decay_steps steps instead of every step.", byDefault = "false")
                boolean staircase)
        implements LearningRateSchedule {
    public ExponentialDecaySchedule {
        new Checks()
                .positive("decay_steps", decaySteps)
                .positive("decay_rate", decayRate)
                .done();
    }

    @Override
    public double rate(double learningRate, long stepsDone, float[] memory) {
        double times = (double) stepsDone / decaySteps;
        return learningRate * StrictMath.pow(decayRate, staircase ? Math.floor(times) : times);
    }
}
