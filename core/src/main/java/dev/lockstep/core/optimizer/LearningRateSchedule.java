package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.OneOf;
import org.jspecify.annotations.Nullable;

/**
 * How the learning rate changes while a run goes on: a function of the steps taken, so the same on any number of
 * workers and after a resume.
 */
@OneOf({
    StepDecaySchedule.class,
    ExponentialDecaySchedule.class,
    CosineDecaySchedule.class,
    WarmupSchedule.class,
    ReduceOnPlateauSchedule.class
})
public interface LearningRateSchedule {
    /**
     * The learning rate of a step.
     *
     * @param learningRate the optimizer's
     * @param stepsDone before it, since the run began
     * @param memory {@link #memoryLength()} values, all zero when the run began
     */
    double rate(double learningRate, long stepsDone, float[] memory);

    /** How many values the schedule remembers: they are part of the state of the run. */
    default int memoryLength() {
        return 0;
    }

    /** Whether it can do nothing without validation samples. */
    default boolean needsValidation() {
        return false;
    }

    /**
     * Told after every epoch, with the same figures on all ranks.
     *
     * @param loss mean over the epoch's training samples, penalties included
     * @param validationLoss null without validation samples
     * @param memory brought up to date
     */
    default void epochEnded(double loss, @Nullable Double validationLoss, float[] memory) {
        // Most know where they are by counting steps.
    }
}
