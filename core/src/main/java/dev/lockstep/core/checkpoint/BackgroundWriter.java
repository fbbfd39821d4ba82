package dev.lockstep.core.checkpoint;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread that writes checkpoints: at most one is being written, at most one waits, and the one that waits is the
 * newest. The thread comes into being with the first checkpoint.
 *
 * <p>While the storage does well, who hands over a checkpoint waits for the one before: none is left out. Where a write
 * has failed or takes long, nobody waits for it, and a newer checkpoint takes the place of one that has not begun.
 */
final class BackgroundWriter implements AutoCloseable {
    /** A write that hangs longer than the loss window plus this is a failure of its own. */
    private static final Duration WRITE_GRACE = Duration.ofMinutes(1);

    /** How long training waits for a write that has not failed yet. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Attempt attempt;
    private final RetryPolicy retries;
    private final String location;
    private final Duration patience;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Thread thread;
    private @Nullable Checkpoint waiting;
    private boolean writing;
    private boolean backingOff;
    private boolean closed;
    private @Nullable RuntimeException failure;
    /** When the running attempt began. */
    private long writingSinceNanos;
    /** Attempts since the last success, and when the first of them began. */
    private int failedAttempts;

    private long troubledSinceNanos;

    /** Writes a checkpoint once; returns what went wrong with the storage, or null. */
    @FunctionalInterface
    interface Attempt {
        @Nullable
        IOException write(Checkpoint checkpoint, int attempt, RetryDelay retryIn);
    }

    /** Asked once an attempt has failed: how long until the next one, or null when there will be none. */
    @FunctionalInterface
    interface RetryDelay {
        @Nullable
        Duration afterFailure();
    }

    /** @param patience how long a write may take before nobody waits for it any more */
    BackgroundWriter(Attempt attempt, RetryPolicy retries, String location, Duration patience) {
        this.attempt = attempt;
        this.retries = retries;
        this.location = location;
        this.patience = patience;
    }

    void submit(Checkpoint checkpoint) {
        lock.lock();
        try {
            throwFailure();
            awaitIdleWithin(this::isBusyAndWell, patience.toNanos());
            throwFailure();
            requireNoHangingWrite();
            if (closed) {
                throw new IllegalStateException("the checkpoint writer of " + location + " is closed");
            }
            waiting = checkpoint;
            if (thread == null) {
                thread = new Thread(this::run, "lockstep-checkpoint");
                thread.setDaemon(true);
                thread.start();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Runs a write on the calling thread while the background thread rests. A success forgives earlier failures. */
    void runAlone(Runnable write) {
        lock.lock();
        try {
            awaitWhile(() -> writing, retries.lossWindow().plus(WRITE_GRACE));
            waiting = null;
            backingOff = false;
            writing = true;
        } finally {
            lock.unlock();
        }
        boolean written = false;
        try {
            write.run();
            written = true;
        } finally {
            lock.lock();
            try {
                writing = false;
                if (written) {
                    failure = null;
                    failedAttempts = 0;
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean isBusyAndWell() {
        boolean slow = writing && System.nanoTime() - writingSinceNanos > patience.toNanos();
        return failedAttempts == 0 && !slow && (writing || (waiting != null && !backingOff));
    }

    private void requireNoHangingWrite() {
        Duration deadline = retries.lossWindow().plus(WRITE_GRACE);
        if (writing && System.nanoTime() - writingSinceNanos > deadline.toNanos()) {
            throw notEnded(deadline);
        }
    }

    /** Whether nothing is being written and nothing waits, now or after so long. */
    boolean isIdleWithin(Duration patience) {
        lock.lock();
        try {
            boolean idle = awaitIdleWithin(() -> writing || waiting != null, patience.toNanos());
            throwFailure();
            if (!idle) {
                requireNoHangingWrite();
            }
            return idle;
        } finally {
            lock.unlock();
        }
    }

    void awaitIdle(Duration deadline) {
        lock.lock();
        try {
            awaitWhile(() -> writing || waiting != null, deadline);
            throwFailure();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        Thread toJoin;
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            toJoin = thread;
        } finally {
            lock.unlock();
        }
        if (toJoin != null) {
            try {
                toJoin.join(WRITE_GRACE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    LockstepException givenUp(Checkpoint checkpoint, IOException cause) {
        return new LockstepException(
                ExitCode.CLUSTER,
                "cannot write the checkpoint of step " + checkpoint.step() + " to " + location + ": "
                        + WriteProbe.describe(cause) + "; earlier checkpoints are untouched. Once the storage works"
                        + " again the same command resumes from the latest one",
                cause);
    }

    private void run() {
        for (Checkpoint next = take(); next != null; next = take()) {
            int attempts = failedAttempts + 1;
            AtomicReference<@Nullable Duration> delay = new AtomicReference<>();
            @Nullable IOException problem = null;
            @Nullable RuntimeException fatal = null;
            try {
                problem = attempt.write(next, attempts, () -> {
                    delay.set(delayAfter(attempts));
                    return delay.get();
                });
            } catch (RuntimeException e) {
                fatal = e;
            } catch (Error e) {
                fatal = new IllegalStateException("the checkpoint of step " + next.step() + " was not written", e);
            }
            settle(next, problem, fatal, delay.get());
        }
    }

    /** How long to wait after a failed attempt; null when the loss window is over, or this writer. */
    private @Nullable Duration delayAfter(int attempts) {
        lock.lock();
        try {
            Duration delay = retries.delayAfter(attempts);
            long since = attempts == 1 ? writingSinceNanos : troubledSinceNanos;
            return closed || retries.isOver(System.nanoTime() - since, delay) ? null : delay;
        } finally {
            lock.unlock();
        }
    }

    private void settle(
            Checkpoint written,
            @Nullable IOException problem,
            @Nullable RuntimeException fatal,
            @Nullable Duration delay) {
        lock.lock();
        try {
            writing = false;
            if (fatal != null) {
                failure = fatal;
            } else if (problem == null) {
                failedAttempts = 0;
            } else if (delay == null || closed) {
                failure = givenUp(written, problem);
            } else {
                if (failedAttempts++ == 0) {
                    troubledSinceNanos = writingSinceNanos;
                }
                if (waiting == null) {
                    waiting = written;
                }
                backingOff = true;
            }
            changed.signalAll();
            if (backingOff && delay != null) {
                backOff(delay);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next attempt; close cuts it short, and so does a synchronous write, which takes its place. */
    private void backOff(Duration delay) {
        long remaining = delay.toNanos();
        try {
            while (remaining > 0 && !closed && backingOff) {
                remaining = changed.awaitNanos(remaining);
            }
        } catch (InterruptedException e) {
            closed = true;
        }
        backingOff = false;
        changed.signalAll();
    }

    private @Nullable Checkpoint take() {
        lock.lock();
        try {
            while (!closed && (waiting == null || writing)) {
                changed.await();
            }
            Checkpoint next = waiting;
            waiting = null;
            writing = next != null;
            writingSinceNanos = System.nanoTime();
            return next;
        } catch (InterruptedException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void awaitWhile(BooleanSupplier busy, Duration deadline) {
        if (!awaitIdleWithin(busy, deadline.toNanos())) {
            throw notEnded(deadline);
        }
    }

    private boolean awaitIdleWithin(BooleanSupplier busy, long nanos) {
        long remaining = nanos;
        try {
            while (busy.getAsBoolean()) {
                if (remaining <= 0) {
                    return false;
                }
                remaining = changed.awaitNanos(remaining);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockstepException(
                    ExitCode.STOPPED, "interrupted while waiting for a checkpoint write to " + location, e);
        }
    }

    private LockstepException notEnded(Duration deadline) {
        return new LockstepException(
                ExitCode.CLUSTER,
                "a checkpoint write to " + location + " has not ended within "
                        + TimeUnit.NANOSECONDS.toSeconds(deadline.toNanos())
                        + " s; check the storage, then run the same command again to resume");
    }

    private void throwFailure() {
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
    }
}
