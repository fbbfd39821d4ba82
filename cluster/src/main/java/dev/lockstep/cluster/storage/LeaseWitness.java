package dev.lockstep.cluster.storage;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.hadoop.conf.Configuration;

/**
 * What a worker knows of the lease under which it writes: it looks at the run directory before every write, because the
 * driver that holds the lease may be paused, cut off or dead without the worker's knowing.
 */
public final class LeaseWitness implements LongSupplier {
    private final String location;
    private final LeaseFiles files;
    private final String leaseId;
    private final long knownNumber;

    private LeaseWitness(RunDirectory directory, String leaseId, long knownNumber) {
        this.location = directory.location();
        this.files = new LeaseFiles(directory.files());
        this.leaseId = leaseId;
        this.knownNumber = knownNumber;
    }

    /**
     * A witness of a lease.
     *
     * @param runDirectory Hadoop URI or local path
     * @param leaseId as {@link RunLease#id()} tells it
     * @param fencingNumber under which the lease was held when the worker started
     */
    public static LeaseWitness of(
            String runDirectory, String leaseId, long fencingNumber, Configuration configuration) {
        return of(RunDirectory.at(runDirectory, configuration), leaseId, fencingNumber);
    }

    static LeaseWitness of(RunDirectory runDirectory, String leaseId, long fencingNumber) {
        return new LeaseWitness(runDirectory, leaseId, fencingNumber);
    }

    /**
     * The number to write under.
     *
     * @throws LockstepException when another process has taken the run over
     * @throws UncheckedIOException when the file system does not answer; asking again later may help
     */
    @Override
    public long getAsLong() {
        try {
            long highest = files.highestClaim();
            if (highest <= knownNumber) {
                // Also where this host does not see the driver's directory: a path on another host's disk.
                return knownNumber;
            }
            // A process that slept beyond its lease's expiry unnoticed claims it anew, under a higher number.
            Optional<String> holder = files.holder(highest);
            if (holder.filter(leaseId::equals).isPresent()) {
                return highest;
            }
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "another process has taken over the run " + location + " with fencing number " + highest
                            + "; this one, with " + knownNumber + ", stops before it writes anything. Look at "
                            + LeaseFiles.LEASE + " there for who holds it now");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the lease of the run " + location, e);
        }
    }
}
