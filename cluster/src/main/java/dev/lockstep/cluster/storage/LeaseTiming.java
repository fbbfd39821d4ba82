package dev.lockstep.cluster.storage;

import java.time.Duration;

/**
 * The durations of a run lease.
 *
 * @param renewEvery how often the owner renews it
 * @param expireAfter how long an observer must see no change before it may take over, and after how long without a
 *     renewal the owner itself stops believing in it
 * @param lookEvery how often a waiting process looks
 */
public record LeaseTiming(Duration renewEvery, Duration expireAfter, Duration lookEvery) {
    /** Renewed every 5 s, expired after 30 s, looked at every second. */
    public static final LeaseTiming DEFAULT =
            new LeaseTiming(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(1));

    public LeaseTiming {
        if (renewEvery.isNegative() || renewEvery.isZero() || lookEvery.isNegative() || lookEvery.isZero()) {
            throw new IllegalArgumentException("expected durations above 0, found " + renewEvery + ", " + lookEvery);
        }
        if (expireAfter.compareTo(renewEvery.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("expected an expiry of at least two renewals, found " + expireAfter
                    + " with a renewal every " + renewEvery);
        }
    }
}
