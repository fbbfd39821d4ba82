package dev.lockstep.core.collective;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A barrier for threads that meet every fraction of a millisecond: it spins before it parks, has a deadline, names who
 * is missing, and once failed stays failed for all.
 */
final class RendezvousBarrier {
    /** Spinning costs less than parking and waking, about 50 microseconds; beyond that the core is better given away. */
    private static final long SPIN_NANOSECONDS = 50_000;

    /** From then on the spinner lets others run: the rank it waits for may be waiting for this very core. */
    private static final long PURE_SPIN_NANOSECONDS = 5_000;

    /** How long one park lasts before the deadline is looked at again. */
    private static final long PARK_NANOSECONDS = 100_000_000;

    /** One counter in two cache lines, so that a rank's arrival does not disturb the others' counters. */
    private static final int STRIDE = 16;

    private final int size;
    private final long deadlineNanoseconds;
    private final AtomicLongArray arrivals;
    private final AtomicReferenceArray<@Nullable Thread> parked;
    private final AtomicReferenceArray<@Nullable String> departures;
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();

    private record Failure(String message, boolean attemptEnded, @Nullable Throwable cause) {
        RuntimeException exception() {
            return attemptEnded ? new AttemptEndedException(message, cause) : new PeerLostException(message, cause);
        }
    }

    RendezvousBarrier(int size, Duration deadline) {
        this.size = size;
        this.deadlineNanoseconds = deadline.toNanos();
        this.arrivals = new AtomicLongArray(size * STRIDE);
        this.parked = new AtomicReferenceArray<>(size);
        this.departures = new AtomicReferenceArray<>(size);
    }

    /** Returns when every rank has arrived as often as this one. */
    void await(int rank) {
        long turn = arrivals.get(rank * STRIDE) + 1;
        failIfDead();
        arrivals.set(rank * STRIDE, turn);
        wakeAll(rank);
        long started = System.nanoTime();
        for (int peer = 0; peer < size; peer++) {
            if (arrivals.get(peer * STRIDE) < turn) {
                awaitPeer(rank, peer, turn, started);
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on the yield: parking ends every wait
    private void awaitPeer(int rank, int peer, long turn, long started) {
        while (System.nanoTime() - started < SPIN_NANOSECONDS) {
            if (arrivals.get(peer * STRIDE) >= turn) {
                return;
            }
            if (System.nanoTime() - started < PURE_SPIN_NANOSECONDS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        parked.set(rank, Thread.currentThread());
        try {
            while (arrivals.get(peer * STRIDE) < turn) {
                failIfPeerCannotCome(peer, turn);
                failIfInterrupted(rank, turn);
                failIfTooLate(turn, started);
                LockSupport.parkNanos(this, PARK_NANOSECONDS);
            }
        } finally {
            parked.set(rank, null);
        }
    }

    private void failIfPeerCannotCome(int peer, long turn) {
        Failure known = failure.get();
        String departure = departures.get(peer);
        // The peer may have arrived and then left, or the others gone on and failed later: its arrival counts first.
        if (arrivals.get(peer * STRIDE) >= turn) {
            return;
        }
        if (known != null) {
            throw known.exception();
        }
        if (departure != null) {
            fail("rank " + peer + " " + departure, false, null);
            failIfDead();
        }
    }

    private void failIfInterrupted(int rank, long turn) {
        if (Thread.currentThread().isInterrupted()) {
            fail("rank " + rank + " was interrupted while it waited for " + missing(turn), false, null);
            failIfDead();
        }
    }

    private void failIfTooLate(long turn, long started) {
        if (System.nanoTime() - started > deadlineNanoseconds) {
            fail(
                    "waited " + Ranks.seconds(Duration.ofNanos(deadlineNanoseconds)) + " s for " + missing(turn)
                            + "; setting: cluster.stall_seconds",
                    false,
                    null);
            failIfDead();
        }
    }

    private String missing(long turn) {
        return Ranks.describe(size, peer -> arrivals.get(peer * STRIDE) < turn);
    }

    /** Makes this and every later wait of every rank fail; the first reason stays. */
    void fail(String message, boolean attemptEnded, @Nullable Throwable cause) {
        failure.compareAndSet(null, new Failure(message, attemptEnded, cause));
        wakeAll(-1);
    }

    /** Tells the others that a rank comes no more: they fail when they next wait for it, and not before. */
    void depart(int rank, String why) {
        departures.compareAndSet(rank, null, why);
        wakeAll(rank);
    }

    private void failIfDead() {
        Failure known = failure.get();
        if (known != null) {
            throw known.exception();
        }
    }

    private void wakeAll(int exceptRank) {
        for (int peer = 0; peer < size; peer++) {
            Thread thread = peer == exceptRank ? null : parked.get(peer);
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }
}
