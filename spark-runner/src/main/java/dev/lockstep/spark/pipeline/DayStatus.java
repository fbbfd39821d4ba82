package dev.lockstep.spark.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.core.error.ExitCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a day ended. */
enum DayStatus {
    /** The model is a version, and mostly the current one. */
    PUBLISHED,
    /** The gate said no; what was current is current. */
    REFUSED,
    /** Data did not come in time. */
    NO_DATA,
    /** Somebody asked for a stop. */
    STOPPED,
    /** Something else went wrong. */
    FAILED;

    /** The status for the exit code of a day that did not come to its end. */
    static DayStatus ofFailure(int exitCode) {
        if (exitCode == ExitCode.NO_DATA.number()) {
            return NO_DATA;
        }
        return exitCode == ExitCode.STOPPED.number() ? STOPPED : FAILED;
    }

    /** The status that a result names; empty for none that is known. */
    static Optional<DayStatus> of(JsonNode result) {
        String name = result.path("status").asText();
        return Arrays.stream(values())
                .filter(status -> status.text().equals(name))
                .findFirst();
    }

    /** Whether the same command does nothing more about the day. */
    boolean isFinal() {
        return this == PUBLISHED || this == REFUSED;
    }

    /** The name in results. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
