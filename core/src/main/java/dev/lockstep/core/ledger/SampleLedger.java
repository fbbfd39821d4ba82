package dev.lockstep.core.ledger;

import dev.lockstep.core.data.Slice;

/**
 * Where one worker notes which samples it uses. A note is at the readers' when the call returns. Trouble with the notes
 * never fails the training.
 */
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
     * This rank has read samples; called before they can have an effect on anybody.
     *
     * @param step they are for, counted from 1
     * @param epoch of that step, counted from 0
     * @param positions in the order of the epoch; may be empty
     * @param sampleIndices what was read, in its first places
     */
    void used(long step, int epoch, Slice positions, int[] sampleIndices);

    /** What the samples of these steps, both included, have changed is not in the model: the training diverged. */
    void leftOut(long fromStep, long toStep);

    /** The training is over, or was stopped, with the state of a step. */
    void ended(long step);
}
