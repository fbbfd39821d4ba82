package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param steps until the full rate
 * @param from share of the rate to begin with
 */
@Named(
        value = "warmup",
        doc = "In a straight line up to the optimizer's learning_rate, which stays then (Goyal et al. 2017):"
                + " learning_rate * (from + (1 - from) * min(t / steps, 1)), t the steps already taken.")
public record WarmupSchedule(
        @Setting("Steps until the full learning rate.") long steps,
        @Setting(
                        value = "Share of the learning rate to begin with; 0 makes the first step an empty one.",
                        byDefault = "0")
                double from)
        implements LearningRateSchedule {
    public WarmupSchedule {
        new Checks().positive("steps", steps).fraction("from", from).done();
    }

    @Override
    public double rate(double learningRate, long stepsDone, float[] memory) {
        return learningRate * (from + (1 - from) * Math.min(1, (double) stepsDone / steps));
    }
}
