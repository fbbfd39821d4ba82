package dev.lockstep.cluster.chaos;

import dev.lockstep.core.fault.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** A proxy in front of every port of a run: cuts ways, resets connections, holds bytes back, turns bits round. */
final class ChaosNetwork implements AutoCloseable {
    private static final long LOOK_NANOS = 500_000;

    private record Way(int one, int other) {
        static Way between(int one, int other) {
            return new Way(Math.min(one, other), Math.max(one, other));
        }
    }

    private record Cut(long until, boolean silent) {}

    /** A bit that is to be turned round. */
    private static final class Damage {
        final int from;
        final int to;
        int afterBytes;

        Damage(int from, int to, int afterBytes) {
            this.from = from;
            this.to = to;
            this.afterBytes = afterBytes;
        }
    }

    private final IntFunction<PlayedProcess> current;
    private final Map<Way, Cut> cuts = new ConcurrentHashMap<>();
    private final Map<PlayedProcess, Long> pauses = new ConcurrentHashMap<>();
    private final Set<PlayedProcess> dead = ConcurrentHashMap.newKeySet();
    private final List<Damage> damages = new ArrayList<>();
    private final Set<ChaosConnection> connections = ConcurrentHashMap.newKeySet();
    private final Set<ServerSocket> ports = ConcurrentHashMap.newKeySet();

    /** @param current which process has a rank now */
    ChaosNetwork(IntFunction<PlayedProcess> current) {
        this.current = current;
    }

    static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    PlayedProcess current(int rank) {
        return current.apply(rank);
    }

    /** The owner's own way to the driver; gives the address to connect to. */
    String toDriver(PlayedProcess owner, String driverAddress) throws IOException {
        int colon = driverAddress.lastIndexOf(':');
        InetSocketAddress target = new InetSocketAddress(
                driverAddress.substring(0, colon), Integer.parseInt(driverAddress.substring(colon + 1)));
        ServerSocket port = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        serve(port, target, owner, true);
        return "127.0.0.1:" + port.getLocalPort();
    }

    /**
     * Stands before the owner's data port: on the same port of another loopback address.
     *
     * @return the port
     */
    int beforeDataPort(PlayedProcess owner, String proxyHost, String host) throws IOException {
        for (int attempt = 0; ; attempt++) {
            ServerSocket port = new ServerSocket(0, 50, InetAddress.getByName(proxyHost));
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(host, port.getLocalPort()));
                serve(port, new InetSocketAddress(host, port.getLocalPort()), owner, false);
                return port.getLocalPort();
            } catch (IOException taken) {
                port.close();
                if (attempt == 20) {
                    throw taken;
                }
            }
        }
    }

    private void serve(ServerSocket port, InetSocketAddress target, PlayedProcess owner, boolean control) {
        ports.add(port);
        daemon(
                () -> {
                    while (!port.isClosed()) {
                        try {
                            accept(port.accept(), target, owner, control);
                        } catch (IOException closed) {
                            // Refused, or the run is over.
                        }
                    }
                },
                "chaos-port");
    }

    private void accept(Socket connecting, InetSocketAddress target, PlayedProcess owner, boolean control)
            throws IOException {
        Socket accepting = new Socket();
        ChaosConnection connection = new ChaosConnection(this, connecting, accepting, owner, control);
        try {
            connecting.setTcpNoDelay(true);
            accepting.setTcpNoDelay(true);
            accepting.connect(target);
            connections.add(connection);
            if (dead.contains(owner)) {
                connection.breakOff();
            }
            connection.start();
        } catch (IOException refused) {
            connection.breakOff();
            forget(connection);
        }
    }

    void forget(ChaosConnection connection) {
        connections.remove(connection);
    }

    /** Holds bytes back while they must not pass, and damages them where that is due. */
    void pass(ChaosConnection connection, int fromRank, byte[] bytes, int count) throws IOException {
        while (isHeld(connection)) {
            if (connection.isBroken()) {
                throw new IOException("broken off");
            }
            try {
                TimeUnit.NANOSECONDS.sleep(LOOK_NANOS);
            } catch (InterruptedException interrupted) {
                throw new IOException("interrupted", interrupted);
            }
        }
        int toRank = fromRank == connection.ownerRank() ? connection.peerRank() : connection.ownerRank();
        synchronized (damages) {
            for (Damage damage : damages) {
                if (damage.from == fromRank && damage.to == toRank && damage.afterBytes >= 0) {
                    if (damage.afterBytes < count) {
                        bytes[damage.afterBytes] ^= (byte) (1 << (damage.afterBytes % Byte.SIZE));
                    }
                    damage.afterBytes -= count;
                }
            }
        }
    }

    private boolean isHeld(ChaosConnection connection) throws IOException {
        long now = System.nanoTime();
        Cut cut = cuts.get(Way.between(connection.ownerRank(), connection.peerRank()));
        if (cut != null && now < cut.until()) {
            if (!cut.silent()) {
                throw new IOException("refused");
            }
            return true;
        }
        PlayedProcess peer = connection.peer;
        return now < pauses.getOrDefault(connection.owner, now)
                || (peer != null && now < pauses.getOrDefault(peer, now));
    }

    void cut(Fault.CutNetwork fault) {
        Way way = Way.between(fault.rank(), fault.peer());
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(fault.milliseconds());
        cuts.put(way, new Cut(until, fault.silent()));
        if (!fault.silent()) {
            connections.stream()
                    .filter(connection -> Way.between(connection.ownerRank(), connection.peerRank())
                            .equals(way))
                    .forEach(ChaosConnection::breakOff);
        }
    }

    void damage(Fault.CorruptFrame fault) {
        synchronized (damages) {
            damages.add(new Damage(fault.rank(), fault.peer(), fault.afterBytes()));
        }
    }

    /** Nothing comes from it or to it for so long. */
    void pause(PlayedProcess process, int milliseconds) {
        pauses.put(process, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }

    /** The process is dead: its connections are reset. */
    void sever(PlayedProcess process) {
        dead.add(process);
        connections.stream().filter(connection -> connection.touches(process)).forEach(ChaosConnection::breakOff);
    }

    /** The driver is dead. */
    void severDriver() {
        connections.stream().filter(connection -> connection.control).forEach(ChaosConnection::breakOff);
    }

    @Override
    public void close() {
        for (ServerSocket port : ports) {
            try {
                port.close();
            } catch (IOException ignored) {
                // It is given up in any case.
            }
        }
        connections.forEach(ChaosConnection::breakOff);
    }
}
