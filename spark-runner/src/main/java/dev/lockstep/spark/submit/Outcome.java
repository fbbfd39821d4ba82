package dev.lockstep.spark.submit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.error.ExitCode;
import java.util.Optional;
import java.util.Set;

/**
 * How a driver ended, as it told before it did.
 *
 * @param exitCode of Lockstep
 * @param error what a person should read of a failure; empty for none
 * @param log the end of the driver's log; empty where it is not known
 */
record Outcome(int exitCode, String error, String log) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * Of these another attempt changes nothing: what was asked for is wrong, the loss diverges again, or the restarts
     * that the job allows are spent. A fault of Lockstep itself, or a stop because the cluster wanted the container for
     * something else, may be another matter on another host.
     */
    private static final Set<Integer> FINAL_FAILURES = Set.of(
            ExitCode.USAGE.number(),
            ExitCode.DATA.number(),
            ExitCode.MODEL.number(),
            ExitCode.CLUSTER.number(),
            ExitCode.DIVERGED.number());

    /** Whether a failure is known to be the same in the next attempt. */
    static boolean isFinalFailure(int exitCode) {
        return FINAL_FAILURES.contains(exitCode);
    }

    /** Whether another attempt has nothing to do. */
    boolean isFinal() {
        return exitCode == ExitCode.COMPLETED.number() || isFinalFailure(exitCode);
    }

    String toJson() {
        return JsonNodeFactory.instance
                        .objectNode()
                        .put("exit_code", exitCode)
                        .put("error", error)
                        .put("log", log)
                        .toString()
                + "\n";
    }

    /** Reads what {@link #toJson} wrote; empty for anything else. */
    static Optional<Outcome> fromJson(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            return json.path("exit_code").isInt()
                    ? Optional.of(new Outcome(
                            json.path("exit_code").asInt(),
                            json.path("error").asText(),
                            json.path("log").asText()))
                    : Optional.empty();
        } catch (JsonProcessingException notOurs) {
            return Optional.empty();
        }
    }
}
