package dev.lockstep.core.config;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import dev.lockstep.core.sync.SyncSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where and how the workers run.
 *
 * @param workers how many, or null for as many as the cluster is configured for
 * @param sync how their updates are merged
 * @param master Spark master, or null
 * @param stallSeconds silence after which a worker is evicted
 * @param joinSeconds how long workers wait for each other
 * @param sharedMemory whether workers on one host exchange through memory instead of sockets
 * @param restarts attempts after a failed one
 * @param spark further Spark settings
 * @param stragglerFactor how many times slower than the others a worker is named
 * @param coordinatorPorts of the driver, where the workers meet
 * @param workerPorts where workers hear each other
 * @param workerBindAddress of the workers' ports, or null for all
 * @param workerAdvertiseAddress what workers tell each other to connect to, or null for the one they use
 */
public record ClusterSpec(
        @Setting(
                        value = "Number of workers; by default executors x cores / spark.task.cpus as configured, and"
                                + " where some are gone for good the next attempt has those that are left.",
                        optional = true)
                @Nullable
                Integer workers,
        @Setting(value = "How the workers' updates become one model.", byDefault = "gradient_sharing") SyncSpec sync,
        @Setting(
                        value = "Spark master: local[n], local-cluster[n,cores,MiB], spark://..., yarn; `--master` and"
                                + " spark-submit come before it. By default local[workers].",
                        optional = true)
                @Nullable
                String master,
        @Setting(value = "A worker that is silent for so long is evicted and replaced.", byDefault = "30")
                double stallSeconds,
        @Setting(
                        value =
                                "How long workers wait for each other at the start and after a loss, and the driver for a"
                                        + " first executor.",
                        byDefault = "120")
                double joinSeconds,
        @Setting(
                        value = "Whether workers on one host exchange through memory that they share (/dev/shm) instead"
                                + " of sockets, where they can.",
                        byDefault = "true")
                boolean sharedMemory,
        @Setting(value = "How many failed attempts are followed by another from the last checkpoint.", byDefault = "3")
                int restarts,
        @Setting(value = "Further Spark settings, such as {spark.executor.memory: 2g}.", byDefault = "{}")
                Map<String, String> spark,
        @Setting(
                        value = "A worker is named a straggler in the log and in metrics.jsonl when its own seconds for"
                                + " reading and computing in an epoch's steps are at least so many times the median of the"
                                + " others', and at least 1 s more. It is not dropped.",
                        byDefault = "2")
                double stragglerFactor,
        @Setting(
                        value =
                                "Port, or range of ports such as 41000-41015, of the driver's coordinator: the first free"
                                        + " one is taken. Its address is that of spark.driver.bindAddress and spark.driver.host.",
                        byDefault = "any")
                PortRange coordinatorPorts,
        @Setting(
                        value =
                                "Port, or range of ports such as 41000-41099, where workers hear each other: each takes the"
                                        + " first free one of its host. At least as many as a host has workers, and some more.",
                        byDefault = "any")
                PortRange workerPorts,
        @Setting(
                        value =
                                "The address of its host where a worker hears the others: an IP address, a network such as"
                                        + " 10.1.0.0/16 or an interface such as eth1. By default SPARK_LOCAL_IP where that is set,"
                                        + " else all.",
                        optional = true)
                @Nullable
                WorkerAddress workerBindAddress,
        @Setting(
                        value =
                                "The address that the other workers are told: as worker_bind_address, or spark for the host"
                                        + " name under which Spark knows the executor. By default the one it hears at or, where that"
                                        + " is all, the one it reaches the driver from.",
                        optional = true)
                @Nullable
                WorkerAddress workerAdvertiseAddress) {
    private static final String NO_NAME = "an IP address, a network such as 10.1.0.0/16 or an interface such as eth1";

    public ClusterSpec {
        spark = Map.copyOf(spark);
        new Checks()
                .that(
                        "workers",
                        workers == null || workers > 0,
                        "a whole number above 0",
                        workers == null ? "" : workers)
                .positive("stall_seconds", stallSeconds)
                .positive("join_seconds", joinSeconds)
                .that("straggler_factor", stragglerFactor > 1, "a number above 1", stragglerFactor)
                .that("restarts", restarts >= 0, "a whole number not below 0", restarts)
                .that(
                        "worker_bind_address",
                        workerBindAddress == null || workerBindAddress.kind() != WorkerAddress.Kind.SPARK,
                        NO_NAME,
                        workerBindAddress == null ? "" : workerBindAddress)
                .done();
    }
}
