package dev.lockstep.cluster.transport;

import dev.lockstep.cluster.collective.TcpProcessGroup;
import dev.lockstep.core.collective.RankThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Opens groups over the loopback interface without a coordinator. */
public final class PeerGroups {
    private static final Duration OPENING = Duration.ofSeconds(10);

    private PeerGroups() {}

    /** Skips what needs shared memory where there is none. */
    public static void assumeSharedMemory() {
        Assumptions.assumeTrue(
                SharedMemory.isAvailable(), "this machine has no memory file system that can be written");
    }

    /** One member a rank, in rank order, connected by sockets. */
    public static List<TcpProcessGroup> open(int size, byte[] secret, boolean encrypt, Duration stall)
            throws Exception {
        return open(size, secret, DataTransport.sockets(encrypt), stall);
    }

    /** One member a rank, in rank order. */
    public static List<TcpProcessGroup> open(int size, byte[] secret, DataTransport transport, Duration stall)
            throws Exception {
        List<PeerListener> listeners = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            listeners.add(new PeerListener("127.0.0.1", 0, secret, rank, transport, OPENING));
        }
        List<TcpProcessGroup> groups = new ArrayList<>();
        for (TcpProcessGroup group : RankThreads.<TcpProcessGroup>results(size, rank -> {
            List<PeerConnection> connections = new ArrayList<>();
            for (int peer = 0; peer < size; peer++) {
                if (peer < rank) {
                    connections.add(listeners
                            .get(rank)
                            .connect("127.0.0.1", listeners.get(peer).port(), 1, peer, OPENING));
                } else if (peer > rank) {
                    connections.add(listeners.get(rank).accept(1, peer, OPENING, () -> false));
                }
            }
            return new TcpProcessGroup(rank, size, connections, stall);
        })) {
            if (group != null) {
                groups.add(group);
            }
        }
        listeners.forEach(PeerListener::close);
        return groups;
    }
}
