package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.transport.OwnAddresses;
import dev.lockstep.core.config.PortRange;
import dev.lockstep.core.config.WorkerAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a worker's data port is.
 *
 * @param bindHost the address it binds, or null for all interfaces
 * @param ports of which it binds the first free one
 * @param advertisedHost what the other workers are told, or null for the address this worker reaches the driver from
 */
public record DataAddress(@Nullable String bindHost, PortRange ports, @Nullable String advertisedHost) {
    /** All interfaces, any port, reached where the driver is reached from. */
    public static final DataAddress AUTOMATIC = new DataAddress(null, PortRange.ANY, null);

    /** The key of the job file that governs the ports. */
    static final String PORTS_SETTING = "cluster.worker_ports";

    /** The address of this host that Spark, too, is told to bind. */
    private static final String LOCAL_ADDRESS = "SPARK_LOCAL_IP";

    /** With one port alone; 0 for any. */
    public DataAddress(@Nullable String bindHost, int port, @Nullable String advertisedHost) {
        this(bindHost, PortRange.of(port), advertisedHost);
    }

    /**
     * What the job asks for, on this host.
     *
     * @param bind where to bind, or null for {@code SPARK_LOCAL_IP} where that is set
     * @param advertise what to tell, or null for what is bound
     * @param sparkHost the host name under which Spark knows this executor
     * @param environment of this process
     * @throws dev.lockstep.core.error.LockstepException when this host has no such address
     */
    public static DataAddress of(
            PortRange ports,
            @Nullable WorkerAddress bind,
            @Nullable WorkerAddress advertise,
            String sparkHost,
            Map<String, String> environment) {
        String bound = bind == null
                ? environment.getOrDefault(LOCAL_ADDRESS, "").strip()
                : OwnAddresses.find("cluster.worker_bind_address", bind);
        String bindHost = bound.isEmpty() ? null : bound;
        if (advertise == null) {
            return new DataAddress(bindHost, ports, OwnAddresses.isWildcard(bindHost) ? null : bindHost);
        }
        String told = advertise.kind() == WorkerAddress.Kind.SPARK
                ? sparkHost
                : OwnAddresses.find("cluster.worker_advertise_address", advertise);
        return new DataAddress(bindHost, ports, told);
    }
}
