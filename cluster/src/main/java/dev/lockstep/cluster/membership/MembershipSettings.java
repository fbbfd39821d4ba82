package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.config.PortRange;
import java.time.Duration;

/**
 * What the coordinator and its workers must agree on, and where the coordinator is.
 *
 * @param size how many workers
 * @param secret of the run
 * @param host the name or address under which workers reach the driver
 * @param bindHost the address the coordinator binds; often the same
 * @param ports of which the coordinator binds the first free one
 * @param stallSeconds silence after which a worker is given up
 * @param joinSeconds how long workers wait for each other to meet
 * @param transport how gradients travel; control messages are always encrypted
 */
public record MembershipSettings(
        int size,
        RunSecret secret,
        String host,
        String bindHost,
        PortRange ports,
        double stallSeconds,
        double joinSeconds,
        DataTransport transport) {
    public MembershipSettings {
        if (size < 1) {
            throw new IllegalArgumentException("size: expected at least 1, found " + size);
        }
        if (!(stallSeconds > 0) || !(joinSeconds > 0)) {
            throw new IllegalArgumentException("stallSeconds and joinSeconds: expected numbers above 0, found "
                    + stallSeconds + " and " + joinSeconds);
        }
    }

    /** With any port of the one host. */
    public MembershipSettings(
            int size, RunSecret secret, String host, double stallSeconds, double joinSeconds, DataTransport transport) {
        this(size, secret, host, host, PortRange.ANY, stallSeconds, joinSeconds, transport);
    }

    /** {@link #stallSeconds} as a duration. */
    public Duration stallDeadline() {
        return Duration.ofNanos((long) (stallSeconds * 1e9));
    }

    /** {@link #joinSeconds} as a duration. */
    public Duration joinDeadline() {
        return Duration.ofNanos((long) (joinSeconds * 1e9));
    }

    /** How long opening and authenticating a connection may take: a healthy one needs milliseconds. */
    public Duration openingDeadline() {
        return Duration.ofNanos((long) (Math.min(stallSeconds, 10) * 1e9));
    }
}
