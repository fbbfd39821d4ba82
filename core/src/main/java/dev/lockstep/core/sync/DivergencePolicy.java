package dev.lockstep.core.sync;

import dev.lockstep.core.schema.OneOf;

/** What happens when the loss or a gradient is no longer finite. */
@OneOf({StopOnDivergence.class, SkipOnDivergence.class, RollBackOnDivergence.class})
public interface DivergencePolicy {
    /**
     * What to do now.
     *
     * @param skippedInARow how often it was skipped just before, without a merge in between that was good
     * @param rolledBack how often the run has gone back already
     */
    Response respond(int skippedInARow, int rolledBack);

    /** Steps between two states that are kept to go back to; 0 for none. */
    default int keepsEvery() {
        return 0;
    }

    /** How to go on. */
    enum Response {
        /** Not at all. */
        STOP,
        /** With the state before the step. */
        SKIP,
        /** With a state that was kept earlier. */
        ROLL_BACK
    }
}
