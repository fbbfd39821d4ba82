package dev.lockstep.core.sync;

import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.model.GradientListener;

/** When and how the workers' updates become one model. One instance a worker; every rank makes the same calls. */
public interface SyncStrategy {
    /**
     * Applies one step: all of it, or, when a peer is lost or the step diverged, nothing that {@link #rewind} would not
     * take back.
     *
     * @return what the ranks agreed on; the position of the state has advanced by one step
     * @throws DivergedException on every rank alike when loss or update is not finite
     */
    StepOutcome step(StepContribution contribution, TrainingState state, ProcessGroup group);

    /** Who is to be told, while a step is being computed, of gradients that are already final. */
    default GradientListener gradientListener(ProcessGroup group) {
        return GradientListener.NONE;
    }

    /** Takes the state back to where the ranks were last merged; called after a lost peer. */
    void rewind(TrainingState state);

    /** Told when the ranks' states have just been made equal: at the start and after a regroup. */
    void merged(TrainingState state);

    /** Whether the workers compute one step together: layers may then ask for figures of the global batch. */
    boolean sharesSteps();

    /**
     * Asks, on rank 0, that all ranks' {@link #residual()} be gathered after the next step; {@link
     * StepOutcome#gathers()} tells all of them.
     */
    default void requestGathering(boolean wanted) {
        // Where no rank keeps anything for itself, rank 0's state is the whole.
    }

    /** What this rank alone keeps for later steps, live: belongs to checkpoints; empty for none. */
    default float[] residual() {
        return StepOutcome.NOTHING;
    }

    /**
     * The gradient that this rank's optimizer was last given, in the layout of the plan: the mean over the samples it was
     * computed from, penalties included, clipped. Live until the replica computes again; behind the parameters there may
     * be more. Empty before the first step, and when the last one was not completed or was no step for this rank.
     */
    default float[] lastGradient() {
        return StepOutcome.NOTHING;
    }

    /** Nanoseconds that the last step spent waiting for and adding up the others' parts. */
    long mergeNanos();

    /**
     * What the ranks know after a step, the same on each.
     *
     * @param merged whether all ranks' states are equal now: checkpoints, validation and stops happen only then
     * @param stop whether any rank was asked to stop; only when merged
     * @param gathers whether the ranks' residuals are to be gathered now
     */
    record StepOutcome(boolean merged, boolean stop, boolean gathers) {
        private static final float[] NOTHING = new float[0];

        public StepOutcome(boolean merged, boolean stop) {
            this(merged, stop, false);
        }
    }
}
