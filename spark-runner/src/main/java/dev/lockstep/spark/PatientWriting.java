package dev.lockstep.spark;

import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.RetryPolicy;
import dev.lockstep.core.checkpoint.SavedModel;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what a run leaves, waiting for a file system that is away for a time: its work is done and not to be lost. */
final class PatientWriting {
    private static final Logger LOG = LoggerFactory.getLogger(PatientWriting.class);

    /** For what is worth a minute, such as the last metrics, or the result of a run that has failed. */
    static final RetryPolicy AT_THE_END =
            new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1), 1);

    private PatientWriting() {}

    /** Does it until it succeeds or the time is over; every failure on the way is told. */
    static void persist(RetryPolicy retries, String place, RetryPolicy.StorageAction action) throws IOException {
        retries.persist(
                action,
                (failure, delay) -> LOG.warn(
                        "{} is not written yet, another attempt follows in {} s: {}",
                        place,
                        delay.toSeconds(),
                        failure.toString()));
    }

    /** Writes a model. */
    static void model(
            RetryPolicy retries,
            ModelArchive archive,
            String place,
            SavedModel model,
            String runId,
            LongSupplier fencing)
            throws IOException {
        persist(retries, place, () -> archive.write(model, runId, fencing));
    }

    /** Says so where others than the owner could change what a run trusts. */
    static void warnOfOtherWriters(RunDirectory directory) throws IOException {
        directory
                .writableByOthers()
                .ifPresent(permissions -> LOG.warn(
                        "Others than its owner may write to {} ({}): they can replace models and checkpoints together"
                                + " with their checksums. Take the right away (chmod 700) unless you trust them",
                        directory.location(),
                        permissions));
    }
}
