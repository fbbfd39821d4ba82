package dev.lockstep.cluster.trust;

import dev.lockstep.core.collective.Generation;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.collective.ProcessGroup;
import java.util.function.UnaryOperator;

/** A worker's standing in the run, with somebody who sees each of its steps begin and each group it joins. */
final class WatchedMembership implements Membership {
    private final Membership actual;
    private final Runnable beforeStep;
    private final UnaryOperator<ProcessGroup> wrapper;

    WatchedMembership(Membership actual, Runnable beforeStep, UnaryOperator<ProcessGroup> wrapper) {
        this.actual = actual;
        this.beforeStep = beforeStep;
        this.wrapper = wrapper;
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
        Generation generation = actual.join(lastAppliedStep);
        return new Generation(
                generation.number(),
                wrapper.apply(generation.group()),
                generation.sourceRank(),
                generation.sourceStep());
    }

    @Override
    public void publish(String eventJson) {
        actual.publish(eventJson);
    }

    /** The trainer asks once a step, before anything of it is exchanged. */
    @Override
    public boolean stopRequested() {
        beforeStep.run();
        return actual.stopRequested();
    }

    @Override
    public void close() {
        actual.close();
    }
}
