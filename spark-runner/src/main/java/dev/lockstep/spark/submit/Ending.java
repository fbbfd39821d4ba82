package dev.lockstep.spark.submit;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known when spark-submit has ended.
 *
 * @param status of spark-submit's process
 * @param outcome as the driver told it; null when it could not
 */
record Ending(int status, @Nullable Outcome outcome) {
    private static final int SIGNALS = 128;

    /**
     * The exit code where the driver was spark-submit's own process.
     *
     * @throws LockstepException when it did not end by itself
     */
    int codeInClientMode() {
        if (outcome != null) {
            return outcome.exitCode();
        }
        if (status == ExitCode.STOPPED.number()) {
            return status; // before there was anything to tell of
        }
        if (status > SIGNALS) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "the driver was ended by signal " + (status - SIGNALS)
                            + (status == SIGNALS + 9 ? " (by somebody, or for its memory: --driver-memory)" : "")
                            + "; the same command continues");
        }
        throw withoutDriver();
    }

    /** A driver in the cluster that did not tell how it ended, or never began. */
    LockstepException withoutOutcome(Optional<DriverPlace> driver) {
        if (driver.isEmpty()) {
            return withoutDriver();
        }
        String page = driver.get().log();
        return new LockstepException(
                ExitCode.CLUSTER,
                "the driver (" + driver.get().describe() + ") ended without a word: it was killed, or its host was"
                        + " lost; the same command continues" + (page.isEmpty() ? "" : "\n" + lastLines(page)));
    }

    private static String lastLines(String page) {
        try {
            return "The end of its log (" + page + "):\n" + LogTail.indented(LogPage.tail(page));
        } catch (IOException unreadable) {
            return "Its log is at " + page + " (" + unreadable.getMessage() + ")";
        }
    }

    private LockstepException withoutDriver() {
        return new LockstepException(
                ExitCode.CLUSTER,
                "spark-submit ended with status " + status + " before Lockstep's driver began; what it says of that is"
                        + " above");
    }
}
