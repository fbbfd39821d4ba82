package dev.lockstep.core.train;

import dev.lockstep.core.collective.ProcessGroup;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Times the phases of steps; one read of the clock between two phases. */
final class StepMeter {
    private final LongSupplier clock;
    private final PhaseTimes phases = new PhaseTimes();
    private double samples;
    private long started;
    private long read;
    private long computed;
    private long steps;
    private long bytesBefore;
    private long bytes;
    private long ownNanos;
    private @Nullable TimedGroup timed;

    /** @param clock in nanoseconds */
    StepMeter(LongSupplier clock) {
        this.clock = clock;
    }

    /** The group for what computing a step asks of the others; its time is not this rank's own. */
    ProcessGroup timing(ProcessGroup group) {
        TimedGroup timing = new TimedGroup(group, clock);
        timed = timing;
        return timing;
    }

    /** @param bytesSent by the group so far */
    void startStep(long bytesSent) {
        bytesBefore = bytesSent;
        started = clock.getAsLong();
    }

    void dataRead() {
        read = clock.getAsLong();
    }

    void computed() {
        computed = clock.getAsLong();
        ownNanos += computed - started - (timed == null ? 0 : timed.takeNanos());
    }

    /** The step is applied: what of its last phase was merge is known, the rest was the update. */
    void applied(long mergeNanos, int globalSamples, long bytesSent) {
        long now = clock.getAsLong();
        phases.add(read - started, computed - read, mergeNanos, now - computed - mergeNanos);
        samples += globalSamples;
        bytes += bytesSent - bytesBefore;
        steps++;
    }

    PhaseTimes phases() {
        return phases;
    }

    /** Samples of the global batches that were timed. */
    double samples() {
        return samples;
    }

    /** What this rank itself took to read and to compute, without waiting for others. */
    double ownSeconds() {
        return ownNanos / 1e9;
    }

    /** Bytes that this rank sent in a step, on average; 0 before the first. */
    long bytesPerStep() {
        return steps == 0 ? 0 : (bytes + steps / 2) / steps;
    }

    void clear() {
        steps = 0;
        bytes = 0;
        ownNanos = 0;
        phases.clear();
        samples = 0;
    }
}
