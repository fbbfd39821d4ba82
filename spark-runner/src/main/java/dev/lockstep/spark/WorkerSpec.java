package dev.lockstep.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * What a worker task is told, shipped as JSON.
 *
 * @param runId names the run
 * @param runDirectory URI of the run directory
 * @param checkpointDirectory URI where checkpoints are kept
 * @param dataDirectory URI of the packed samples
 * @param hasTest whether there are test samples
 * @param jobJson the resolved job
 * @param workers how many there are
 * @param coordinatorAddress where they meet
 * @param secret of this attempt in Base64; empty when it is derived from Spark's own secret
 * @param encryptData whether gradients are encrypted on the wire
 * @param fencingNumber of the run lease
 * @param threads compute threads a worker
 * @param initialWeights what the run begins with; null for drawn parameters
 * @param leaseId names the holder of the run lease
 * @param faults what is to go wrong on purpose, for tests; null for nothing
 */
record WorkerSpec(
        String runId,
        String runDirectory,
        String checkpointDirectory,
        String dataDirectory,
        boolean hasTest,
        String jobJson,
        int workers,
        String coordinatorAddress,
        String secret,
        boolean encryptData,
        long fencingNumber,
        int threads,
        @Nullable InitialWeights initialWeights,
        String leaseId,
        @Nullable String faults) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    String toJson() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of strings and numbers is always JSON", e);
        }
    }

    static WorkerSpec fromJson(String json) {
        try {
            return MAPPER.readValue(json, WorkerSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and the worker run different versions of Lockstep", e);
        }
    }
}
