package dev.lockstep.core.ledger;

import dev.lockstep.core.data.Slice;

/** Where one worker notes which samples it uses. Trouble with the notes never fails the training. */
public interface SampleLedger {
    /** Notes nothing. */
    SampleLedger NONE = new SampleLedger() {
        @Override
        public void continues(long generation, long afterStep) {}

        @Override
        public void used(long step, int epoch, Slice positions, int[] sampleIndices) {}

        @Override
        public void leftOut(long fromStep, long toStep) {}

        @Override
        public void ended(long step) {}
    };

    /** The ranks of a generation hold the state of a step and go on behind it. */
    void continues(long generation, long afterStep);

    /**
     * This rank has read samples. The note may be on its way until {@link #settle()}.
     *
     * @param step they are for, counted from 1
     * @param epoch of that step, counted from 0
     * @param positions in the order of the epoch; may be empty
     * @param sampleIndices what was read, in its first places
     */
    void used(long step, int epoch, Slice positions, int[] sampleIndices);

    /** Returns when the readers have all notes; called before this rank's part of a step can be merged. */
    default void settle() {
        // Where a note is with the readers when it is made.
    }

    /** What the samples of these steps, both included, have changed is not in the model: the training diverged. */
    void leftOut(long fromStep, long toStep);

    /** The training is over, or was stopped, with the state of a step. */
    void ended(long step);
}
