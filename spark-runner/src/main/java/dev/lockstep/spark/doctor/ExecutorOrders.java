package dev.lockstep.spark.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.cluster.membership.DataAddress;
import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.config.ClusterSpec;
import dev.lockstep.core.config.PortRange;
import dev.lockstep.core.config.WorkerAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a task of the doctor is told, shipped as JSON.
 *
 * @param tasks how many there are
 * @param coordinatorAddress where they meet
 * @param secret of this examination alone
 * @param encrypt whether the tasks exchange encrypted, as the run would
 * @param sharedMemory whether those on one host do so through memory, as the run would
 * @param workerPorts as the job has them
 * @param workerBindAddress as the job has it, or null
 * @param workerAdvertiseAddress as the job has it, or null
 */
record ExecutorOrders(
        int tasks,
        String coordinatorAddress,
        String secret,
        boolean encrypt,
        boolean sharedMemory,
        String workerPorts,
        @Nullable String workerBindAddress,
        @Nullable String workerAdvertiseAddress) {
    static final double MEET_SECONDS = 20;
    private static final double STALL_SECONDS = 10;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** How the tasks meet: as the workers of a run do. */
    static MembershipSettings membership(
            int tasks, RunSecret secret, String host, String bindHost, PortRange ports, DataTransport transport) {
        return new MembershipSettings(tasks, secret, host, bindHost, ports, STALL_SECONDS, MEET_SECONDS, transport);
    }

    /** To be carried out by the tasks of the job's cluster. */
    static ExecutorOrders of(
            int tasks, String coordinatorAddress, RunSecret secret, boolean encrypt, ClusterSpec cluster) {
        return new ExecutorOrders(
                tasks,
                coordinatorAddress,
                secret.hex(),
                encrypt,
                cluster.sharedMemory(),
                cluster.workerPorts().toString(),
                text(cluster.workerBindAddress()),
                text(cluster.workerAdvertiseAddress()));
    }

    private static @Nullable String text(@Nullable WorkerAddress address) {
        return address == null ? null : address.toString();
    }

    /** Where a task's data port is, on its host: where a worker's would be. */
    DataAddress dataAddress(String sparkHost) {
        return DataAddress.of(
                PortRange.parse(workerPorts),
                workerBindAddress == null ? null : WorkerAddress.parse(workerBindAddress),
                workerAdvertiseAddress == null ? null : WorkerAddress.parse(workerAdvertiseAddress),
                sparkHost,
                System.getenv());
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
