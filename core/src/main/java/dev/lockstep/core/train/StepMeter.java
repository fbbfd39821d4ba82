package dev.lockstep.core.train;

/** Times the phases of steps; one read of the clock between two phases. */
final class StepMeter {
    private final PhaseTimes phases = new PhaseTimes();
    private double samples;
    private long started;
    private long read;
    private long computed;

    void startStep() {
        started = System.nanoTime();
    }

    void dataRead() {
        read = System.nanoTime();
    }

    void computed() {
        computed = System.nanoTime();
    }

    /** The step is applied: what of its last phase was merge is known, the rest was the update. */
    void applied(long mergeNanos, int globalSamples) {
        long now = System.nanoTime();
        phases.add(read - started, computed - read, mergeNanos, now - computed - mergeNanos);
        samples += globalSamples;
    }

    PhaseTimes phases() {
        return phases;
    }

    /** Samples of the global batches that were timed. */
    double samples() {
        return samples;
    }

    void clear() {
        phases.clear();
        samples = 0;
    }
}
