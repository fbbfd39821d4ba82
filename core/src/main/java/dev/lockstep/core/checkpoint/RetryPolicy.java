package dev.lockstep.core.checkpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * What happens when a storage fails.
 *
 * @param firstDelay before the second attempt; it doubles from one attempt to the next
 * @param longestDelay beyond which it does not grow
 * @param lossWindow for how long training goes on without a checkpoint that it should have written
 * @param synchronousAttempts how often a synchronous write is tried
 */
public record RetryPolicy(Duration firstDelay, Duration longestDelay, Duration lossWindow, int synchronousAttempts) {
    /** From one second to 30 between attempts, ten minutes in all; three synchronous attempts. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(10), 3);

    /** The policy of a job file: the default delays within the loss window that it asks for. */
    public static RetryPolicy of(CheckpointSpec spec) {
        Duration lossWindow = Duration.ofNanos((long) (spec.retrySeconds() * 1e9));
        return new RetryPolicy(DEFAULT.firstDelay, DEFAULT.longestDelay, lossWindow, DEFAULT.synchronousAttempts);
    }

    /** Something that a storage may fail to do. */
    @FunctionalInterface
    public interface StorageAction {
        /** Does it, all or nothing. */
        void run() throws IOException;
    }

    /**
     * Does something until it succeeds, or until the loss window is over.
     *
     * @param failed is told of every failure and of the delay before the next attempt
     * @throws IOException the last failure
     */
    public void persist(StorageAction action, BiConsumer<IOException, Duration> failed) throws IOException {
        long start = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                action.run();
                return;
            } catch (IOException e) {
                Duration delay = delayAfter(attempt);
                if (isOver(System.nanoTime() - start, delay)) {
                    throw e;
                }
                failed.accept(e, delay);
                pause(delay, e);
            }
        }
    }

    private static void pause(Duration delay, IOException failure) throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    /** Whether another attempt after a delay would come too late. */
    boolean isOver(long nanosSinceFirstAttempt, Duration delay) {
        return nanosSinceFirstAttempt + delay.toNanos() > lossWindow.toNanos();
    }

    public RetryPolicy {
        if (firstDelay.isNegative() || longestDelay.compareTo(firstDelay) < 0 || lossWindow.isNegative()) {
            throw new IllegalArgumentException(
                    "expected 0 <= first delay <= longest delay and a loss window not below 0, found " + firstDelay
                            + ", " + longestDelay + ", " + lossWindow);
        }
        if (synchronousAttempts < 1) {
            throw new IllegalArgumentException("expected at least 1 synchronous attempt, found " + synchronousAttempts);
        }
    }

    /** How long to wait after a failed attempt, counted from 1. */
    Duration delayAfter(int attempt) {
        Duration delay = firstDelay.multipliedBy(1L << Math.min(attempt - 1, 20));
        return delay.compareTo(longestDelay) > 0 ? longestDelay : delay;
    }
}
