package dev.lockstep.spark.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.cluster.transport.DataTransport;

/**
 * What a task of the doctor is told, shipped as JSON.
 *
 * @param tasks how many there are
 * @param coordinatorAddress where they meet
 * @param clockHost where the driver tells the time
 * @param clockPort its port
 * @param secret of this examination alone
 * @param encrypt whether the tasks exchange encrypted, as the run would
 * @param sharedMemory whether those on one host do so through memory, as the run would
 */
record ExecutorOrders(
        int tasks,
        String coordinatorAddress,
        String clockHost,
        int clockPort,
        String secret,
        boolean encrypt,
        boolean sharedMemory) {
    static final double MEET_SECONDS = 20;
    private static final double STALL_SECONDS = 10;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** How the tasks meet: as the workers of a run do. */
    static MembershipSettings membership(
            int tasks, RunSecret secret, String host, String bindHost, DataTransport transport) {
        return new MembershipSettings(tasks, secret, host, bindHost, 0, STALL_SECONDS, MEET_SECONDS, transport);
    }

    String toJson() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of strings and numbers is always JSON", e);
        }
    }

    static ExecutorOrders fromJson(String json) {
        try {
            return MAPPER.readValue(json, ExecutorOrders.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and an executor run different versions of Lockstep", e);
        }
    }
}
