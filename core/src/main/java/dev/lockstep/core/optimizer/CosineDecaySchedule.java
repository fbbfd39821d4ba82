package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param decaySteps steps from the full rate to the least, after the warm-up
 * @param alpha share of the rate that is left in the end
 * @param warmupSteps steps of the warm-up
 * @param warmupFrom share of the rate that it begins with
 */
@Named(
        value = "cosine_decay",
        doc = "Half a wave down (Loshchilov and Hutter 2017): the optimizer's learning_rate * (alpha + (1 - alpha) * (1"
                + " + cos(pi * min(t / decay_steps, 1))) / 2), t the steps already taken since the warm-up, which leads"
                + " up to learning_rate in a straight line. As Keras's CosineDecay.")
public record CosineDecaySchedule(
        @Setting("Steps from the full learning rate to the least, after the warm-up.") long decaySteps,
        @Setting(value = "Share of the learning rate that is left in the end.", byDefault = "0") double alpha,
        @Setting(value = "Steps of the warm-up; 0 for none.", byDefault = "0") long warmupSteps,
        @Setting(value = "Share of the learning rate that the warm-up begins with.", byDefault = "0") double warmupFrom)
        implements LearningRateSchedule {
    public CosineDecaySchedule {
        new Checks()
                .positive("decay_steps", decaySteps)
                .fraction("alpha", alpha)
                .that("warmup_steps", warmupSteps >= 0, "a whole number not below 0", warmupSteps)
                .fraction("warmup_from", warmupFrom)
                .done();
    }

    @Override
    public double rate(double learningRate, long stepsDone, float[] memory) {
        if (stepsDone < warmupSteps) {
            return new WarmupSchedule(warmupSteps, warmupFrom).rate(learningRate, stepsDone, memory);
        }
        double way = Math.min(1, (double) (stepsDone - warmupSteps) / decaySteps);
        return learningRate * (alpha + (1 - alpha) * 0.5 * (1 + StrictMath.cos(Math.PI * way)));
    }
}
