package dev.lockstep.spark;

import dev.lockstep.core.checkpoint.RetryPolicy;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.data.StorageAwayException;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads what a worker begins with, waiting for a file system that is away for a time, as writing does: a worker that
 * comes back meanwhile must not end a run that would outlive the absence.
 */
final class PatientReading {
    private final RetryPolicy retries;
    private final Consumer<String> told;

    /** @param told hears of every failure that another attempt follows */
    PatientReading(RetryPolicy retries, Consumer<String> told) {
        this.retries = retries;
        this.told = told;
    }

    /**
     * Reads until it succeeds or the time is over.
     *
     * @throws LockstepException with {@link ExitCode#CLUSTER} when the file system did not come back in time; as it is
     *     when something else is wrong
     */
    <T> T of(Supplier<T> reading) {
        AtomicReference<T> result = new AtomicReference<>();
        try {
            retries.persist(
                    () -> {
                        try {
                            result.set(reading.get());
                        } catch (StorageAwayException away) {
                            throw new IOException(away.getMessage(), away);
                        }
                    },
                    (failure, delay) -> told.accept(String.format(
                            Locale.ROOT, "%s; tried again in %d s", failure.getMessage(), delay.toSeconds())));
        } catch (IOException away) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    away.getMessage() + "; it was tried for "
                            + retries.lossWindow().toSeconds() + " s (checkpoint.retry_seconds)",
                    away);
        }
        return Objects.requireNonNull(result.get());
    }
}
