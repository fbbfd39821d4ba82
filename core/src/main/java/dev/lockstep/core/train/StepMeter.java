package dev.lockstep.core.train;

/** Times the phases of steps; one read of the clock between two phases. */
final class StepMeter {
    private final PhaseTimes phases = new PhaseTimes();
    private double samples;
    private long started;
    private long read;
    private long computed;
    private long steps;
    private long bytesBefore;
    private long bytes;

    /** @param bytesSent by the group so far */
    void startStep(long bytesSent) {
        bytesBefore = bytesSent;
        started = System.nanoTime();
    }

    void dataRead() {
        read = System.nanoTime();
    }

    void computed() {
        computed = System.nanoTime();
    }

    /** The step is applied: what of its last phase was merge is known, the rest was the update. */
    void applied(long mergeNanos, int globalSamples, long bytesSent) {
        long now = System.nanoTime();
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

    /** Bytes that this rank sent in a step, on average; 0 before the first. */
    long bytesPerStep() {
        return steps == 0 ? 0 : (bytes + steps / 2) / steps;
    }

    void clear() {
        steps = 0;
        bytes = 0;
        phases.clear();
        samples = 0;
    }
}
