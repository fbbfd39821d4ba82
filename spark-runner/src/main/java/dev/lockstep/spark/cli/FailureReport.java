package dev.lockstep.spark.cli;

import dev.lockstep.core.checkpoint.ExpiredCredentials;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees of a failure, and how the process ends.
 *
 * @param text for standard error, without a final line end
 * @param exitCode exit status of the process
 */
public record FailureReport(String text, int exitCode) {
    /** Exit status of a failure that no rule covers: a fault of Lockstep itself. */
    static final int UNFORESEEN = 1;

    private static final int MESSAGE_CHARACTERS = 400;

    /**
     * Of a failure.
     *
     * @param debug whether the stack trace follows
     */
    public static FailureReport of(Throwable failure, boolean debug) {
        FailureReport report = of(failure).with(ExpiredCredentials.advice(failure));
        String text = debug ? report.text() + "\n" + stackTrace(failure) : report.text();
        return new FailureReport(KeptJob.masked(text), report.exitCode());
    }

    private FailureReport with(String advice) {
        return new FailureReport(text + advice, exitCode);
    }

    private static FailureReport of(Throwable failure) {
        LockstepException ours = firstOf(LockstepException.class, failure);
        if (ours != null) {
            return new FailureReport(
                    "lockstep: " + ours.getMessage(), ours.exitCode().number());
        }
        int exitCode = isOfTheCluster(failure) ? ExitCode.CLUSTER.number() : UNFORESEEN;
        return new FailureReport(
                "lockstep: unexpected: " + summary(failure) + " (run again with --debug for the stack trace)",
                exitCode);
    }

    /** One line: Spark puts whole stack traces into its messages. */
    private static String summary(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getName();
        }
        String line = message.strip().lines().findFirst().orElse("");
        String shortened =
                line.length() <= MESSAGE_CHARACTERS ? line : line.substring(0, MESSAGE_CHARACTERS - 3) + "...";
        return failure.getClass().getSimpleName() + ": " + shortened;
    }

    private static boolean isOfTheCluster(Throwable failure) {
        for (Throwable cause : chain(failure)) {
            String name = cause.getClass().getName();
            if (cause instanceof IOException
                    || name.startsWith("org.apache.spark.")
                    || name.startsWith("org.apache.hadoop.")) {
                return true;
            }
        }
        return false;
    }

    private static <T extends Throwable> @Nullable T firstOf(Class<T> type, Throwable failure) {
        for (Throwable cause : chain(failure)) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    /** The failure and its causes; a set, because a chain may be a ring. */
    private static Iterable<Throwable> chain(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Throwable> ordered = new ArrayList<>();
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            ordered.add(cause);
        }
        return ordered;
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString().stripTrailing();
    }
}
