package dev.lockstep.core.checkpoint;

import java.time.Duration;

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
