package dev.lockstep.bench.engine;

import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.Generation;
import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.Membership;
import java.time.Duration;
import java.util.concurrent.SynchronousQueue;

/**
 * The standing of a worker that is alone, and a gate at the end of every epoch: the trainer passes when the next epoch
 * is asked for. An epoch's time is taken here, from the gate to the event that ends it, so that everything the trainer
 * does is in it.
 */
final class EpochGate implements Membership {
    private static final double CLOSED = Double.NaN;

    private final SynchronousQueue<Boolean> requests = new SynchronousQueue<>();
    private final SynchronousQueue<Double> answers = new SynchronousQueue<>();
    private long epochStarted;

    /**
     * Lets the trainer run one epoch.
     *
     * @return the seconds it took
     */
    double nextEpoch() throws InterruptedException {
        requests.put(true);
        double seconds = answers.take();
        if (Double.isNaN(seconds)) {
            throw new IllegalStateException("the trainer has ended; its reason is on the error stream");
        }
        return seconds;
    }

    /** Ends the trainer, which waits at the gate. */
    void end() throws InterruptedException {
        requests.put(false);
    }

    /** Said by the trainer's thread when it ends for a reason of its own, while an epoch is waited for. */
    void fail() throws InterruptedException {
        answers.put(CLOSED);
    }

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public Generation join(long lastAppliedStep) {
        Generation generation = new Generation(
                1, LocalProcessGroup.create(1, Duration.ofMinutes(1)).get(0), 0, -1);
        pass();
        return generation;
    }

    @Override
    public void publish(String eventJson) {
        if (!eventJson.startsWith("{\"event\":\"epoch\"")) {
            return;
        }
        try {
            answers.put((System.nanoTime() - epochStarted) / 1e9);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        pass();
    }

    private void pass() {
        try {
            if (!requests.take()) {
                throw new AttemptEndedException("the benchmark is over", null);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        epochStarted = System.nanoTime();
    }

    private static AttemptEndedException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new AttemptEndedException("interrupted at the end of an epoch", cause);
    }

    @Override
    public boolean stopRequested() {
        return false;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
