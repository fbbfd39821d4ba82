package dev.lockstep.core.train;

import dev.lockstep.core.collective.Generation;
import dev.lockstep.core.collective.Membership;

/** Rank 0 is asked to stop at its n-th step, as a SIGTERM at that moment would. */
final class StoppingMembership implements Membership {
    private final Membership actual;
    private final long stopAtStep;
    private long steps;

    StoppingMembership(Membership actual, long stopAtStep) {
        this.actual = actual;
        this.stopAtStep = stopAtStep;
    }

    @Override
    public int rank() {
        return actual.rank();
    }

    @Override
    public int size() {
        return actual.size();
    }

    @Override
    public Generation join(long lastAppliedStep) {
        return actual.join(lastAppliedStep);
    }

    @Override
    public void publish(String eventJson) {
        actual.publish(eventJson);
    }

    /** The trainer asks once a step. */
    @Override
    public boolean stopRequested() {
        steps++;
        return actual.stopRequested() || (actual.rank() == 0 && steps >= stopAtStep);
    }

    @Override
    public void close() {
        actual.close();
    }
}
