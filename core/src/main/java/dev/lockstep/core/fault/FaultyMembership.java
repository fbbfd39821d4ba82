package dev.lockstep.core.fault;

import dev.lockstep.core.collective.Generation;
import dev.lockstep.core.collective.Membership;

/** A membership in front of another one that tells a trigger how far the worker is. */
public final class FaultyMembership implements Membership {
    private final Membership actual;
    private final FaultTrigger trigger;
    private final FaultPosition position;

    /** Watches a worker. */
    public FaultyMembership(Membership actual, FaultTrigger trigger) {
        this.actual = actual;
        this.trigger = trigger;
        this.position = new FaultPosition(trigger);
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
        position.joins(lastAppliedStep);
        Generation generation = actual.join(lastAppliedStep);
        return new Generation(
                generation.number(),
                new FaultyProcessGroup(generation.group(), position),
                generation.sourceRank(),
                generation.sourceStep());
    }

    @Override
    public void publish(String eventJson) {
        actual.publish(eventJson);
    }

    /** The trainer asks once a step, when the gradient is computed. */
    @Override
    public boolean stopRequested() {
        position.computed();
        return actual.stopRequested();
    }

    /** A worker that has trained to the end says that it is about to leave. */
    public void leaving() {
        trigger.reached(new Moment(Long.MAX_VALUE, Phase.LEAVE, 0));
    }

    @Override
    public void close() {
        actual.close();
    }
}
