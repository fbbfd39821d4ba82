package dev.lockstep.cluster.storage;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write into a run directory, held by one process at a time.
 *
 * <p>The owner renews it from a daemon thread. Another process takes over at once when the owner is certainly dead (same
 * machine, process gone or another one) or gave the lease back, and otherwise when it has seen no renewal for the whole
 * expiry on its own monotonic clock: wall clocks of two machines are never compared. An owner that could not renew for so
 * long stops believing in its lease no later than any observer does, because it counts from before its last renewal.
 * Every take-over has a higher fencing number, which goes into the manifests of what is written under it.
 */
public final class RunLease implements AutoCloseable {
    static final String FILE_PREFIX = "lease.";
    private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);

    private final String location;
    private final LeaseFiles files;
    private final LeaseTiming timing;
    private final LeaseClock clock;
    private final ScheduledExecutorService renewer;
    /** Changed under the monitor, read without it: a slow file system must not hold up those who only ask. */
    private volatile LeaseRecord record;

    private volatile long lastRenewedNanos;
    private volatile @Nullable String lostBecause;
    private volatile boolean closed;

    /**
     * What a waiting process tells the person in front of it.
     *
     * @param host the owner's
     * @param pid the owner's process id, 0 when unknown
     * @param secondsUntilTakeOver unless the owner renews
     */
    public record Waiting(String host, long pid, double secondsUntilTakeOver) {}

    RunLease(LeaseClaimant claimant, LeaseRecord record, long renewedNanos) {
        this.location = claimant.location();
        this.files = claimant.files();
        this.timing = claimant.timing();
        this.clock = claimant.clock();
        this.record = record;
        this.lastRenewedNanos = renewedNanos;
        this.renewer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "lockstep-lease");
            thread.setDaemon(true);
            return thread;
        });
        long period = timing.renewEvery().toNanos();
        var unused = renewer.scheduleWithFixedDelay(this::renew, period, period, TimeUnit.NANOSECONDS);
    }

    /**
     * Takes the lease of a run directory, which is made when it is missing.
     *
     * @param waitAtMost how long to wait for an owner that may be dead; zero refuses at once, as does a renewal
     * @param countdown is told every {@code lookEvery} whom this process waits for
     * @throws LockstepException naming host, process and age when another process holds it
     */
    public static RunLease acquire(
            RunDirectory directory, LeaseTiming timing, Duration waitAtMost, Consumer<Waiting> countdown) {
        return acquire(directory, timing, waitAtMost, countdown, ProcessIdentity.ofThisProcess());
    }

    static RunLease acquire(
            RunDirectory directory,
            LeaseTiming timing,
            Duration waitAtMost,
            Consumer<Waiting> countdown,
            ProcessIdentity self) {
        return acquire(directory, timing, waitAtMost, countdown, self, LeaseClock.SYSTEM);
    }

    static RunLease acquire(
            RunDirectory directory,
            LeaseTiming timing,
            Duration waitAtMost,
            Consumer<Waiting> countdown,
            ProcessIdentity self,
            LeaseClock clock) {
        try {
            directory.make();
        } catch (IOException e) {
            throw directory.notMade(e);
        }
        try {
            LeaseFiles files = new LeaseFiles(directory.files());
            return new LeaseClaimant(directory.location(), files, timing, self, clock).acquire(waitAtMost, countdown);
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "cannot take the lease of the run " + directory.location() + ": "
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "; check that the file system is up and the directory writable",
                    e);
        }
    }

    /** Names this holder among all that the run has ever had; for {@link LeaseWitness}. */
    public String id() {
        return record.id();
    }

    /** The highest number under which a run directory was ever held; 0 for one that never was. */
    public static long highestNumber(RunDirectory directory) throws IOException {
        return new LeaseFiles(directory.files()).highestClaim();
    }

    /** The number under which this process writes. Grows when an owner that fell silent could claim its lease anew. */
    public long fencingNumber() {
        return record.fencingNumber();
    }

    /** Whether another process took over. Once true it stays true. Costs nothing while the lease is fresh. */
    public boolean lost() {
        if (lostBecause == null && !closed && isExpired(nanoTime())) {
            // Perhaps nobody came: only a claim under a new number can tell.
            renew();
        }
        return lostBecause != null;
    }

    /**
     * To be called before every write into the run; fits as the fencing supplier of a checkpoint manager.
     *
     * @return the fencing number
     * @throws LockstepException when the lease is lost or given back
     * @throws UncheckedIOException when it has expired and the file system does not say whether somebody took it; asking
     *     again later may help
     */
    public long assertHeld() {
        if (lost() || closed) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "this process no longer holds the lease of the run " + location + ": "
                            + (lostBecause == null ? "it was given back" : lostBecause)
                            + "; it stops before it writes anything. Look at " + LeaseFiles.LEASE
                            + " there for who holds it now");
        }
        if (isExpired(nanoTime())) {
            throw new UncheckedIOException(
                    new IOException("the lease of the run " + location + " could not be renewed for "
                            + timing.expireAfter().toSeconds() + " s, so nothing is written until it is confirmed"));
        }
        return record.fencingNumber();
    }

    private boolean isExpired(long nanos) {
        return nanos - lastRenewedNanos >= timing.expireAfter().toNanos();
    }

    synchronized void renew() {
        if (closed || lostBecause != null) {
            return;
        }
        long before = nanoTime();
        boolean expired = isExpired(before);
        try {
            LeaseRecord next = record.renewed(clock.wallTimeToTheMillisecond());
            if (expired) {
                next = next.underNumber(next.fencingNumber() + 1);
                if (!files.claim(next)) {
                    lose();
                    return;
                }
                record = next;
            }
            files.write(next);
            if (files.highestClaim() != next.fencingNumber()) {
                lose();
                return;
            }
            record = next;
            lastRenewedNanos = before;
            if (expired) {
                files.deleteClaimsBelow(next.fencingNumber());
                LOG.warn(
                        "The lease of the run {} had expired unnoticed; held again, as number {}.",
                        location,
                        next.fencingNumber());
            }
        } catch (IOException e) {
            LOG.warn("The lease of the run {} was not renewed: {}", location, e.toString());
        } catch (RuntimeException e) {
            // The executor would silently stop renewing.
            LOG.warn("The lease of the run {} was not renewed.", location, e);
        }
    }

    private void lose() throws IOException {
        lostBecause = files.look()
                .record()
                .map(owner -> "host " + owner.owner().host() + ", pid "
                        + owner.owner().pid() + " took it over with fencing number " + owner.fencingNumber())
                .orElse("another process took it over");
    }

    /** Gives the lease back, so that the next process need not wait; does nothing more when it is lost. */
    @Override
    public void close() {
        renewer.shutdown();
        synchronized (this) {
            if (closed || lost()) {
                closed = true;
                return;
            }
            closed = true;
            try {
                files.write(record.givenBack(clock.wallTimeToTheMillisecond()));
            } catch (IOException e) {
                LOG.warn("The lease of the run {} was not given back and will expire: {}", location, e.toString());
            }
        }
    }

    private long nanoTime() {
        return clock.nanoTime().getAsLong();
    }
}
