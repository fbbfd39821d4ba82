package dev.lockstep.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.error.ExitCode;
import org.jspecify.annotations.Nullable;

/**
 * What a worker task gives back to the driver, as JSON. A task never fails by an exception: Spark would run it again,
 * and whether to try again is for Lockstep's own restart budget to decide.
 *
 * @param rank of the worker
 * @param ending how it ended
 * @param step last applied step
 * @param parametersSha256 of its final parameters, or null
 * @param exitCode of the command, when it failed for good
 * @param message why it failed, or null
 * @param stackTrace of the failure, for {@code --debug}, or null
 * @param description what computed there
 */
record WorkerReport(
        int rank,
        Ending ending,
        long step,
        @Nullable String parametersSha256,
        @Nullable ExitCode exitCode,
        @Nullable String message,
        @Nullable String stackTrace,
        @Nullable String description) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** How a worker ended. */
    enum Ending {
        /** All epochs done. */
        COMPLETED,
        /** Stopped on request, with a checkpoint. */
        STOPPED,
        /** The attempt was over before the training was; another one may go on. */
        ATTEMPT_ENDED,
        /** Something that another attempt may survive. */
        FAILED,
        /** Something that another attempt would meet again: bad data, a damaged model, divergence. */
        FAILED_FOR_GOOD
    }

    String toJson() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of strings and numbers is always JSON", e);
        }
    }

    static WorkerReport fromJson(String json) {
        try {
            return MAPPER.readValue(json, WorkerReport.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and the worker run different versions of Lockstep", e);
        }
    }
}
