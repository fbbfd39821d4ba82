package dev.lockstep.core.checkpoint;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread that writes checkpoints: at most one is being written, at most one waits, and the one that waits is the
 * newest. The thread comes into being with the first checkpoint.
 */
final class BackgroundWriter implements AutoCloseable {
    /** A write that hangs longer than the loss window plus this is a failure of its own. */
    private static final Duration WRITE_GRACE = Duration.ofMinutes(1);

    private final Attempt attempt;
    private final RetryPolicy retries;
    private final String location;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Thread thread;
    private @Nullable Checkpoint waiting;
    private boolean writing;
    private boolean backingOff;
    private boolean closed;
    private @Nullable RuntimeException failure;
    /** Attempts since the last success, and when the first of them failed. */
    private int failedAttempts;

    private long firstFailureNanos;

    /** Writes a checkpoint once; returns what went wrong with the storage, or null. */
    @FunctionalInterface
    interface Attempt {
        @Nullable
        IOException write(Checkpoint checkpoint, int attempt, @Nullable Duration retryIn);
    }

    BackgroundWriter(Attempt attempt, RetryPolicy retries, String location) {
        this.attempt = attempt;
        this.retries = retries;
        this.location = location;
    }

    void submit(Checkpoint checkpoint) {
        lock.lock();
        try {
            throwFailure();
            awaitWhile(
                    () -> writing || (waiting != null && !backingOff),
                    retries.lossWindow().plus(WRITE_GRACE));
            throwFailure();
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
            Duration delay = retries.delayAfter(failedAttempts + 1);
            boolean last = isClosed()
                    || (failedAttempts > 0
                            && System.nanoTime() + delay.toNanos() - firstFailureNanos
                                    > retries.lossWindow().toNanos());
            @Nullable IOException problem = null;
            @Nullable RuntimeException fatal = null;
            try {
                problem = attempt.write(next, failedAttempts + 1, last ? null : delay);
            } catch (RuntimeException e) {
                fatal = e;
            } catch (Error e) {
                fatal = new IllegalStateException("the checkpoint of step " + next.step() + " was not written", e);
            }
            settle(next, problem, fatal, last, delay);
        }
    }

    private void settle(
            Checkpoint written,
            @Nullable IOException problem,
            @Nullable RuntimeException fatal,
            boolean last,
            Duration delay) {
        lock.lock();
        try {
            writing = false;
            if (fatal != null) {
                failure = fatal;
            } else if (problem == null) {
                failedAttempts = 0;
            } else if (last || closed) {
                failure = givenUp(written, problem);
            } else {
                if (failedAttempts++ == 0) {
                    firstFailureNanos = System.nanoTime();
                }
                if (waiting == null) {
                    waiting = written;
                    backingOff = true;
                }
            }
            changed.signalAll();
            if (backingOff) {
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

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
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
            return next;
        } catch (InterruptedException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void awaitWhile(BooleanSupplier busy, Duration deadline) {
        long remaining = deadline.toNanos();
        try {
            while (busy.getAsBoolean()) {
                if (remaining <= 0) {
                    throw new LockstepException(
                            ExitCode.CLUSTER,
                            "a checkpoint write to " + location + " has not ended within "
                                    + TimeUnit.NANOSECONDS.toSeconds(deadline.toNanos())
                                    + " s; check the storage, then run the same command again to resume");
                }
                remaining = changed.awaitNanos(remaining);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockstepException(
                    ExitCode.STOPPED, "interrupted while waiting for a checkpoint write to " + location, e);
        }
    }

    private void throwFailure() {
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
    }
}
