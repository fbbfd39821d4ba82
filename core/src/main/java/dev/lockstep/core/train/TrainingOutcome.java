package dev.lockstep.core.train;

import org.jspecify.annotations.Nullable;

/**
 * How one worker's training ended.
 *
 * @param status what happened
 * @param step last applied step
 * @param parametersSha256 of the final parameters
 * @param parameters the final flat vector, for the caller that writes the model
 * @param parametersStep the step after which these were the run's: the last one, or the best epoch's where it is restored
 * @param best the best model, where the job asks to keep it beside
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record TrainingOutcome(
        Status status,
        long step,
        @Nullable String parametersSha256,
        float[] parameters,
        long parametersStep,
        @Nullable BestModel best) {
    /** How it ended. */
    public enum Status {
        /** All epochs are done. */
        COMPLETED,
        /** Stopped at a step boundary on request; a checkpoint was written. */
        STOPPED
    }
}
