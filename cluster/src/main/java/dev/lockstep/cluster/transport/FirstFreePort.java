package dev.lockstep.cluster.transport;

import dev.lockstep.core.config.PortRange;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a listener at the first port of a range that nobody else has. Trying is the only way to know: whoever looks
 * first and binds then may come second.
 *
 * @param setting the key of the job file that governs the range
 * @param ports the range
 * @param host the address that is bound, or null for all
 */
public record FirstFreePort(String setting, PortRange ports, @Nullable String host) {
    private static final Logger LOG = LoggerFactory.getLogger(FirstFreePort.class);

    /** Makes a listener. */
    public interface Opening<T> {
        /** Binds the port; 0 for any. */
        T at(int port) throws IOException;
    }

    /**
     * Tries one port after the other.
     *
     * @return the listener; empty when all ports are taken
     * @throws LockstepException when the address is none of this host's
     */
    public <T> Optional<T> open(Opening<T> opening) throws IOException {
        for (int port = ports.first(); port <= ports.last(); port++) {
            try {
                return Optional.of(opening.at(port));
            } catch (BindException failure) {
                requireOwnAddress(failure);
                LOG.debug("Port {} is taken: {}", port, failure.getMessage());
            }
        }
        return Optional.empty();
    }

    /** Why there is no listener. */
    public LockstepException taken() {
        String which = ports.isAny()
                ? "the system has no free port"
                : ports.first() == ports.last() ? "this port is taken" : "all of these ports are taken";
        return new LockstepException(
                ExitCode.CLUSTER,
                setting + ": " + ports + ": " + which + (host == null ? "" : " at " + host)
                        + "; another run on the same host? Widen the range (and the firewall's), or name another one");
    }

    /** An address that this host does not have fails in the same way as a port that is taken. */
    private void requireOwnAddress(BindException failure) throws IOException {
        if (host == null) {
            return;
        }
        InetAddress address = InetAddress.getByName(host);
        boolean own = address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || NetworkInterface.getByInetAddress(address) != null;
        if (!own) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "cannot listen at " + host + ", which is no address of this host (it has "
                            + String.join(", ", OwnAddresses.all()) + ")",
                    failure);
        }
    }
}
