package dev.lockstep.cluster.storage;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The files of a lease. {@code lease.claim-N} is created exclusively and never changed: who created the one with the
 * highest number holds the lease, and N is the fencing number. {@code lease.json} is what its holder renews; one with
 * another number than the highest claim's is a late write of a former holder and means nothing.
 */
final class LeaseFiles {
    static final String LEASE = RunLease.FILE_PREFIX + "json";
    private static final String CLAIM = RunLease.FILE_PREFIX + "claim-";

    private final RunFiles files;

    /**
     * What an observer sees.
     *
     * @param fencingNumber of the highest claim, 0 when there is none
     * @param record its holder's, or empty when it cannot be read
     * @param contents of both files, to see whether anything changed
     */
    record Sight(long fencingNumber, Optional<LeaseRecord> record, List<Integer> contents) {
        boolean isFree() {
            return fencingNumber == 0 || record.map(LeaseRecord::released).orElse(false);
        }
    }

    LeaseFiles(RunFiles files) {
        this.files = files;
    }

    Sight look() throws IOException {
        long highest = highestClaim();
        byte[] lease = files.read(LEASE).orElse(new byte[0]);
        byte[] claim =
                highest == 0 ? new byte[0] : files.read(claimName(highest)).orElse(new byte[0]);
        Optional<LeaseRecord> record = LeaseRecord.parse(lease)
                .filter(candidate -> candidate.fencingNumber() == highest)
                .or(() -> LeaseRecord.parse(claim));
        return new Sight(highest, record, List.of(Arrays.hashCode(lease), Arrays.hashCode(claim)));
    }

    long highestClaim() throws IOException {
        return files.list().stream().mapToLong(LeaseFiles::claimNumber).max().orElse(0);
    }

    /** Of all who try to claim a number, one gets true: again where it did not hear of its success the first time. */
    boolean claim(LeaseRecord record) throws IOException {
        String name = claimName(record.fencingNumber());
        return files.createExclusively(name, record.toJson())
                || holder(record.fencingNumber()).filter(record.id()::equals).isPresent();
    }

    /** Who made a claim, by the identity of the lease; empty when it cannot be read. */
    Optional<String> holder(long number) throws IOException {
        return files.read(claimName(number)).flatMap(LeaseRecord::parse).map(LeaseRecord::id);
    }

    void write(LeaseRecord record) throws IOException {
        files.replace(LEASE, record.toJson());
    }

    /** Lower claims mean nothing any more; the highest stays for ever, so that numbers only grow. */
    void deleteClaimsBelow(long number) throws IOException {
        for (String name : files.list()) {
            long claim = claimNumber(name);
            if (claim > 0 && claim < number) {
                files.delete(name);
            }
        }
    }

    private static String claimName(long number) {
        return String.format(Locale.ROOT, "%s%012d", CLAIM, number);
    }

    private static long claimNumber(String name) {
        return name.matches("lease\\.claim-\\d{12,18}") ? Long.parseLong(name.substring(CLAIM.length())) : 0;
    }
}
