package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.sync.TrainingState;

/** Tells on rank 0 how far an epoch is, not more often than a person can read. */
final class LiveProgress {
    private static final long INTERVAL_NANOS = 100_000_000;

    private final Membership membership;
    private final TrainingEvents events;
    private long lastNanos;

    LiveProgress(Membership membership, TrainingEvents events) {
        this.membership = membership;
        this.events = events;
    }

    /** A step is over. */
    void stepped(TrainingState state, StepMeter meter) {
        long now = System.nanoTime();
        if (membership.rank() == 0 && now - lastNanos >= INTERVAL_NANOS) {
            lastNanos = now;
            ObjectNode event = events.progress(state, meter.phases().totalSeconds(), meter.samples());
            membership.publish(event.toString());
        }
    }
}
