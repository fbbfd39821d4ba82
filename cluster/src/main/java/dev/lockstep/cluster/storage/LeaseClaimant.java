package dev.lockstep.cluster.storage;

import dev.lockstep.cluster.storage.LeaseFiles.Sight;
import dev.lockstep.cluster.storage.RunLease.Waiting;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process that wants the lease of a run.
 *
 * @param location of the run directory, for messages
 * @param files of the lease
 * @param timing how long an owner is believed to live
 * @param self the process
 * @param clock by which it waits
 */
record LeaseClaimant(String location, LeaseFiles files, LeaseTiming timing, ProcessIdentity self, LeaseClock clock) {
    LeaseClaimant {
        location = KeptJob.masked(location);
    }

    /**
     * Takes the lease.
     *
     * @throws LockstepException naming host, process and age when another process holds it
     */
    RunLease acquire(Duration waitAtMost, Consumer<Waiting> countdown) throws IOException {
        long expiry = timing.expireAfter().toNanos();
        Sight first = files.look();
        long start = nanoTime();
        while (true) {
            Sight sight = files.look();
            boolean renewed = !sight.equals(first);
            long unchangedNanos = renewed ? 0 : nanoTime() - start;
            boolean ownerDead = sight.record()
                    .map(owner -> owner.owner().isCertainlyDead(self))
                    .orElse(false);
            if (sight.isFree() || ownerDead || unchangedNanos >= expiry) {
                Optional<RunLease> taken = take(sight.fencingNumber() + 1);
                if (taken.isPresent()) {
                    return taken.get();
                }
                continue;
            }
            // An owner that renews is alive: nothing is gained by waiting for it to expire.
            if (renewed || unchangedNanos >= waitAtMost.toNanos()) {
                throw held(sight, unchangedNanos);
            }
            countdown.accept(waitingFor(sight, (expiry - unchangedNanos) / 1e9));
            pause();
        }
    }

    private static Waiting waitingFor(Sight sight, double seconds) {
        return sight.record()
                .map(owner -> new Waiting(owner.owner().host(), owner.owner().pid(), seconds))
                .orElse(new Waiting(ProcessIdentity.UNKNOWN, 0, seconds));
    }

    private Optional<RunLease> take(long fencingNumber) throws IOException {
        long before = nanoTime();
        LeaseRecord record = new LeaseRecord(
                self, UUID.randomUUID().toString(), fencingNumber, 0, clock.wallTimeToTheMillisecond(), false);
        if (!files.claim(record)) {
            return Optional.empty();
        }
        files.write(record);
        files.deleteClaimsBelow(fencingNumber);
        return Optional.of(new RunLease(this, record, before));
    }

    private InUseException held(Sight sight, long unchangedNanos) {
        String owner = sight.record()
                .map(record -> "host " + record.owner().host() + ", pid "
                        + record.owner().pid() + ", lease renewed "
                        + Math.max(
                                0,
                                Duration.between(record.renewedAt(), clock.wallTimeToTheMillisecond())
                                        .toSeconds())
                        + " s ago by its clock")
                .orElse("an owner whose lease file cannot be read");
        return new InUseException("the run " + location + " is in use: " + owner + ", unchanged for "
                + TimeUnit.NANOSECONDS.toSeconds(unchangedNanos) + " s as seen from here; wait until it ends,"
                + " stop that process, or choose another run directory with --run-dir");
    }

    private void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(timing.lookEvery().toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockstepException(
                    ExitCode.STOPPED, "interrupted while waiting for the lease of the run " + location, e);
        }
    }

    private long nanoTime() {
        return clock.nanoTime().getAsLong();
    }
}
