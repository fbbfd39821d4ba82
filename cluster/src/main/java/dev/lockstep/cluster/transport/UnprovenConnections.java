package dev.lockstep.cluster.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one port that have not proved themselves yet, of which only so many may be open. Where one comes
 * too many, the oldest of the address that has the most has to go: who opens thousands of them pushes out his own, and
 * a worker that needs milliseconds for its proof gets in all the same.
 *
 * @param <C> a connection
 */
final class UnprovenConnections<C> {
    private final int limit;
    private final Map<C, SocketAddress> origins = new LinkedHashMap<>();
    private final Map<SocketAddress, LinkedHashSet<C>> byOrigin = new HashMap<>();

    /** @param limit how many may be open */
    UnprovenConnections(int limit) {
        this.limit = limit;
    }

    /**
     * Notes a new one.
     *
     * @param remote address and port it comes from; null where it is gone already
     * @return the one that has to be closed for it, which is no longer noted; null for none
     */
    synchronized @Nullable C add(C connection, @Nullable SocketAddress remote) {
        SocketAddress origin = origin(remote);
        origins.put(connection, origin);
        byOrigin.computeIfAbsent(origin, unused -> new LinkedHashSet<>()).add(connection);
        if (origins.size() <= limit) {
            return null;
        }
        LinkedHashSet<C> most = byOrigin.values().stream()
                .reduce((one, other) -> other.size() > one.size() ? other : one)
                .orElseThrow();
        C oldest = most.iterator().next();
        remove(oldest);
        return oldest;
    }

    /** It has proved itself, or is closed. */
    synchronized void remove(C connection) {
        SocketAddress origin = origins.remove(connection);
        LinkedHashSet<C> same = origin == null ? null : byOrigin.get(origin);
        if (origin != null && same != null) {
            same.remove(connection);
            if (same.isEmpty()) {
                byOrigin.remove(origin);
            }
        }
    }

    /** All that are open. */
    synchronized Iterable<C> all() {
        return List.copyOf(origins.keySet());
    }

    /** The host alone: every connection has a port of its own. */
    private static SocketAddress origin(@Nullable SocketAddress remote) {
        if (remote instanceof InetSocketAddress internet && internet.getAddress() != null) {
            return new InetSocketAddress(internet.getAddress(), 0);
        }
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
