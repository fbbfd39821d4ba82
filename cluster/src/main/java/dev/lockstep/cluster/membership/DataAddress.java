package dev.lockstep.cluster.membership;

import org.jspecify.annotations.Nullable;

/**
 * Where a worker's data port is.
 *
 * @param bindHost the address it binds, or null for all interfaces
 * @param port it binds; 0 for any
 * @param advertisedHost what the other workers are told, or null for the address this worker reaches the driver from
 */
public record DataAddress(@Nullable String bindHost, int port, @Nullable String advertisedHost) {
    /** All interfaces, any port, reached where the driver is reached from. */
    public static final DataAddress AUTOMATIC = new DataAddress(null, 0, null);
}
