package dev.lockstep.core.checkpoint;

import dev.lockstep.core.checkpoint.BackgroundWriter.RetryDelay;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When checkpoints are written and how many are kept. One thread trains and calls; one background thread writes.
 *
 * <p>A background write that fails is tried again with growing delays while training goes on; a newer checkpoint that
 * comes meanwhile takes its place. When the storage has failed for the whole loss window, the next call throws.
 */
public final class CheckpointManager implements Closeable {
    private final CheckpointStorage storage;
    private final CheckpointFormat format;
    private final CheckpointInterval every;
    private final int keep;
    private final LongSupplier fencing;
    private final String runId;
    private final Consumer<CheckpointEvent> listener;
    private final RetryPolicy retries;
    private final BackgroundWriter writer;

    private volatile Set<Long> protectedSteps = Set.of();
    private long lastDueStep;
    private @Nullable Long lastDueNanos;

    /**
     * @param storage where checkpoints are written
     * @param every how often
     * @param keep how many of the newest are kept
     * @param fencing the fencing number of the run lease; throws when the lease is lost, which ends all writing
     * @param runId goes into the manifests
     * @param listener is told what happened, on the thread on which it happened; must not block for long
     * @param retries what happens when the storage fails
     */
    public CheckpointManager(
            CheckpointStorage storage,
            CheckpointInterval every,
            int keep,
            LongSupplier fencing,
            String runId,
            Consumer<CheckpointEvent> listener,
            RetryPolicy retries) {
        if (keep < 1) {
            throw new IllegalArgumentException("expected at least 1 checkpoint to keep, found " + keep);
        }
        this.storage = storage;
        this.format = new CheckpointFormat(storage);
        this.every = every;
        this.keep = keep;
        this.fencing = fencing;
        this.runId = runId;
        this.listener = listener;
        this.retries = retries;
        this.writer = new BackgroundWriter(this::attempt, retries, storage.location(), BackgroundWriter.PATIENCE);
    }

    /** The policy of a job file. */
    public CheckpointManager(
            CheckpointStorage storage,
            CheckpointSpec spec,
            LongSupplier fencing,
            String runId,
            Consumer<CheckpointEvent> listener) {
        this(storage, spec.every(), spec.keep(), fencing, runId, listener, RetryPolicy.of(spec));
    }

    /**
     * Whether a checkpoint is due after a step. A true answer counts as taken: the interval starts anew.
     *
     * @param step the step just applied, counted from 1
     * @param epoch of that step, counted from 0
     * @param epochEnd whether it was the epoch's last
     * @param nanoTime {@link System#nanoTime()}; the first call starts an interval of seconds
     */
    public boolean due(long step, int epoch, boolean epochEnd, long nanoTime) {
        if (lastDueNanos == null) {
            lastDueNanos = nanoTime;
        }
        boolean due =
                switch (every.unit()) {
                    case EPOCH -> epochEnd && (epoch + 1) % every.amount() == 0;
                        // A multiple was reached or passed: with averaging not every step is a possible checkpoint.
                    case STEP -> step / every.amount() > lastDueStep / every.amount();
                    case SECOND -> nanoTime - lastDueNanos >= TimeUnit.SECONDS.toNanos(every.amount());
                };
        if (due) {
            lastDueStep = step;
            lastDueNanos = nanoTime;
        }
        return due;
    }

    /**
     * Hands a checkpoint to the background thread. Waits a little while a write is running that does well; one that waits
     * for its turn after a failed or long write is replaced.
     *
     * @throws LockstepException when the lease is lost or the storage has failed for the whole loss window
     */
    public void writeInBackground(Checkpoint checkpoint) {
        writer.submit(checkpoint);
    }

    /**
     * Writes a checkpoint and returns when it is published; one that still waits in the background is dropped.
     *
     * @throws LockstepException when it could not be written, with the reason
     */
    public void writeNow(Checkpoint checkpoint) {
        writer.runAlone(() -> writeSynchronously(checkpoint));
    }

    /**
     * The newest complete checkpoint; damaged ones that were passed over are events. Intervals of steps count on from it.
     *
     * @throws LockstepException when there are only damaged ones, or the storage fails
     */
    public Optional<Checkpoint> latest() {
        try {
            Optional<Checkpoint> latest = format.latest(listener::accept);
            latest.ifPresent(checkpoint -> lastDueStep = checkpoint.step());
            return latest;
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "cannot look for checkpoints in " + storage.location() + ": " + WriteProbe.describe(e),
                    e);
        }
    }

    /** Steps whose checkpoints are never deleted, such as the one of the best model; replaces those named before. */
    public void protectSteps(Set<Long> steps) {
        protectedSteps = Set.copyOf(steps);
    }

    /**
     * Whether nothing is being written and nothing waits for another attempt, now or after so long.
     *
     * @throws LockstepException when the last write failed for good or hangs
     */
    public boolean isIdleWithin(Duration patience) {
        return writer.isIdleWithin(patience);
    }

    /**
     * Returns when nothing is being written and nothing waits for another attempt.
     *
     * @throws LockstepException when that takes longer than the deadline, or the last write failed for good
     */
    public void awaitIdle(Duration deadline) {
        writer.awaitIdle(deadline);
    }

    /** Lets a running write end, gives a waiting one a last attempt and ends the background thread. */
    @Override
    public void close() {
        writer.close();
    }

    private void writeSynchronously(Checkpoint checkpoint) {
        for (int attempt = 1; ; attempt++) {
            Duration delay = attempt < retries.synchronousAttempts() ? retries.delayAfter(attempt) : null;
            IOException failure = attempt(checkpoint, attempt, () -> delay);
            if (failure == null) {
                return;
            }
            if (delay == null) {
                throw writer.givenUp(checkpoint, failure);
            }
            try {
                TimeUnit.NANOSECONDS.sleep(delay.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw writer.givenUp(checkpoint, failure);
            }
        }
    }

    /** One attempt, with its events. Returns what went wrong with the storage, or null. */
    private @Nullable IOException attempt(Checkpoint checkpoint, int attempt, RetryDelay retryIn) {
        long start = System.nanoTime();
        try {
            Manifest manifest = format.write(checkpoint, runId, fencing);
            double seconds = (System.nanoTime() - start) / 1e9;
            String directory = storage.location() + "/" + CheckpointFormat.directoryName(checkpoint.step());
            listener.accept(new CheckpointEvent.Written(checkpoint.step(), directory, seconds, manifest.totalBytes()));
        } catch (IOException e) {
            return failed(checkpoint, attempt, retryIn, e);
        } catch (RuntimeException e) {
            listener.accept(
                    new CheckpointEvent.Failed(checkpoint.step(), attempt, String.valueOf(e.getMessage()), null));
            throw e;
        }
        prune(checkpoint.step());
        return null;
    }

    private IOException failed(Checkpoint checkpoint, int attempt, RetryDelay retryIn, IOException failure) {
        Duration delay = retryIn.afterFailure();
        Double retryInSeconds = delay == null ? null : delay.toNanos() / 1e9;
        listener.accept(
                new CheckpointEvent.Failed(checkpoint.step(), attempt, WriteProbe.describe(failure), retryInSeconds));
        return failure;
    }

    private void prune(long step) {
        try {
            format.prune(keep, protectedSteps);
        } catch (IOException | LockstepException e) {
            listener.accept(new CheckpointEvent.PruneFailed(step, String.valueOf(e.getMessage())));
        }
    }
}
