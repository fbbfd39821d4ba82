package dev.lockstep.cluster.trust;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A port that stands before another one. It keeps all bytes that pass, holds them back as a cut network does, and breaks
 * a connection off in the middle of what is being sent.
 */
final class RelayingProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 8 << 10;
    private static final int ATTEMPTS = 20;
    private static final long LOOK_MILLISECONDS = 500;

    /** One direction of a connection, and what has passed so far. */
    private static final class Direction {
        final Socket from;
        final Socket to;
        final ByteArrayOutputStream passed = new ByteArrayOutputStream();

        /** Held back: what came stays here until the network is whole again. */
        boolean held;

        Direction(Socket from, Socket to) {
            this.from = from;
            this.to = to;
        }
    }

    private final ServerSocket port;
    private final InetSocketAddress target;
    private final List<Direction> directions = new CopyOnWriteArrayList<>();
    private final List<Direction> fromConnecting = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong breakAfter = new AtomicLong(Long.MAX_VALUE);
    private boolean holdsNew;

    private RelayingProxy(ServerSocket port, InetSocketAddress target) {
        this.port = port;
        this.target = target;
        daemon(this::acceptUntilClosed);
    }

    /** Before any port, at a port of its own. */
    static RelayingProxy before(String host, int targetPort) throws IOException {
        return new RelayingProxy(
                new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), new InetSocketAddress(host, targetPort));
    }

    /** Before a port that is not bound yet, at the same port of another address of this machine. */
    static RelayingProxy beforeFreePort(String proxyHost, String host) throws IOException {
        for (int attempt = 1; ; attempt++) {
            ServerSocket port = new ServerSocket(0, 50, InetAddress.getByName(proxyHost));
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(host, port.getLocalPort()));
                return new RelayingProxy(port, new InetSocketAddress(host, port.getLocalPort()));
            } catch (IOException taken) {
                port.close();
                if (attempt == ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "relaying-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return port.getLocalPort();
    }

    private void acceptUntilClosed() {
        while (!port.isClosed()) {
            Socket connecting = null;
            try {
                connecting = port.accept();
                sockets.add(connecting);
                relay(connecting);
            } catch (IOException refused) {
                close(connecting);
            }
        }
    }

    private void relay(Socket connecting) throws IOException {
        Socket accepting = new Socket();
        sockets.add(accepting);
        connecting.setTcpNoDelay(true);
        accepting.setTcpNoDelay(true);
        accepting.connect(target);
        Direction there = new Direction(connecting, accepting);
        Direction back = new Direction(accepting, connecting);
        synchronized (this) {
            there.held = holdsNew;
            back.held = holdsNew;
            directions.addAll(List.of(there, back));
            fromConnecting.add(there);
        }
        daemon(() -> pump(there));
        daemon(() -> pump(back));
    }

    private void pump(Direction direction) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int count = direction.from.getInputStream().read(buffer);
                    count >= 0;
                    count = direction.from.getInputStream().read(buffer)) {
                awaitPassage(direction);
                long left = breakAfter.addAndGet(-count) + count;
                int passing = (int) Math.min(count, Math.max(0, left));
                synchronized (direction.passed) {
                    direction.passed.write(buffer, 0, passing);
                }
                direction.to.getOutputStream().write(buffer, 0, passing);
                if (passing < count) {
                    breakAfter.set(Long.MAX_VALUE);
                    break;
                }
            }
            awaitPassage(direction);
        } catch (IOException | InterruptedException broken) {
            // Both ends are closed below.
        }
        close(direction.from);
        close(direction.to);
    }

    private synchronized void awaitPassage(Direction direction) throws InterruptedException {
        while (direction.held && !port.isClosed()) {
            wait(LOOK_MILLISECONDS);
        }
    }

    private static void close(@Nullable Socket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException ignored) {
            // It is given up in any case.
        }
    }

    /** From now on nothing passes over the connections that are open; nobody is told. */
    synchronized void cutOpenConnections() {
        directions.forEach(direction -> direction.held = true);
    }

    /** The same, of connections to come too. */
    synchronized void cut() {
        holdsNew = true;
        cutOpenConnections();
    }

    /** What was held back passes now. */
    synchronized void heal() {
        holdsNew = false;
        directions.forEach(direction -> direction.held = false);
        notifyAll();
    }

    /** The connection that carries the byte after so many more is broken off right before it. */
    void breakAfter(long bytes) {
        breakAfter.set(bytes);
    }

    /** Whether {@link #breakAfter} has been done. */
    boolean hasBroken() {
        return breakAfter.get() > Long.MAX_VALUE / 2;
    }

    /** All bytes that have passed, one array for each direction of each connection. */
    List<byte[]> passed() {
        return copies(directions);
    }

    /** What those who connected have sent, one array for each connection. */
    List<byte[]> sentByConnecting() {
        return copies(fromConnecting);
    }

    private static List<byte[]> copies(List<Direction> directions) {
        List<byte[]> copies = new ArrayList<>();
        for (Direction direction : directions) {
            synchronized (direction.passed) {
                copies.add(direction.passed.toByteArray());
            }
        }
        return copies;
    }

    @Override
    public void close() {
        try {
            port.close();
        } catch (IOException ignored) {
            // It is given up in any case.
        }
        sockets.forEach(RelayingProxy::close);
        synchronized (this) {
            notifyAll();
        }
    }
}
