package dev.lockstep.spark.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.model.NativeLibraries;
import org.jspecify.annotations.Nullable;

/**
 * What a task found where Spark put it, shipped as JSON.
 *
 * @param rank of the task
 * @param executor Spark's name of it
 * @param host it runs on
 * @param java version
 * @param platform operating system and processor
 * @param spark version
 * @param heapBytes the executor may have
 * @param libraries that compute; null where looking at them failed
 * @param places of the host; null where looking at them failed
 * @param secondsAhead of the driver's clock; null where the driver could not be asked
 * @param driverFailure why the driver could not be reached; null where it was
 * @param peersFailure why the tasks could not meet; null where they did, or did not try
 */
record ExecutorReport(
        int rank,
        String executor,
        String host,
        String java,
        String platform,
        String spark,
        long heapBytes,
        @Nullable NativeLibraries libraries,
        @Nullable Places places,
        @Nullable Double secondsAhead,
        @Nullable String driverFailure,
        @Nullable String peersFailure) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    String toJson() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of strings and numbers is always JSON", e);
        }
    }

    static ExecutorReport fromJson(String json) {
        try {
            return MAPPER.readValue(json, ExecutorReport.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and an executor run different versions of Lockstep", e);
        }
    }

    /** For messages. */
    String where() {
        return " on executor " + executor + " (" + host + ")";
    }
}
