package dev.lockstep.cluster.transport;

import dev.lockstep.core.collective.PeerLostException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's data port, and its way to the ports of others. Peers that connect are checked at once, each on a thread
 * of its own, and kept until the generation they belong to asks for them; strangers and members of old generations are
 * closed within a deadline and disturb nobody.
 */
public final class PeerListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerListener.class);
    private static final int MAXIMUM_OPENINGS = 256;
    private static final long WAIT_MILLISECONDS = 100;

    private record Key(long generation, int rank) {}

    private final ServerSocketChannel server;
    private final PeerHandshake handshake;
    private final Duration openingDeadline;
    private final ExecutorService openings;
    private final UnprovenConnections<SocketChannel> inOpening = new UnprovenConnections<>(MAXIMUM_OPENINGS);
    private final Set<SocketChannel> connecting = ConcurrentHashMap.newKeySet();
    private final Map<Key, PeerConnection> arrived = new HashMap<>();
    private long oldestGeneration;
    private boolean closed;

    /**
     * Binds at once.
     *
     * @param host address to bind, or null for all interfaces
     * @param port to bind; 0 for any
     * @param secret of the run
     * @param rank of this worker
     * @param transport how numbers travel; the same on all workers
     * @param openingDeadline for a connection to prove itself
     */
    public PeerListener(
            @Nullable String host, int port, byte[] secret, int rank, DataTransport transport, Duration openingDeadline)
            throws IOException {
        this.handshake = new PeerHandshake(secret, rank, transport);
        this.openingDeadline = openingDeadline;
        server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(host == null ? new InetSocketAddress(port) : new InetSocketAddress(host, port));
        } catch (IOException | RuntimeException failure) {
            server.close();
            throw failure;
        }
        openings = new ThreadPoolExecutor(
                // Those that had to make room need a moment to end.
                0,
                2 * MAXIMUM_OPENINGS,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> daemon(task, "opening"));
        daemon(this::acceptUntilClosed, "accepting").start();
    }

    private static Thread daemon(Runnable task, String what) {
        Thread thread = new Thread(task, "lockstep-data-" + what);
        thread.setDaemon(true);
        return thread;
    }

    /** The port it is bound to. */
    public int port() {
        return server.socket().getLocalPort();
    }

    private void acceptUntilClosed() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                try {
                    SocketChannel tooMany = inOpening.add(channel, channel.getRemoteAddress());
                    if (tooMany != null) {
                        PeerConnection.closeQuietly(tooMany);
                    }
                    openings.execute(() -> open(channel));
                } catch (RejectedExecutionException | IOException gone) {
                    inOpening.remove(channel);
                    PeerConnection.closeQuietly(channel);
                }
            } catch (IOException failure) {
                if (server.isOpen()) {
                    LOG.warn("Accepting a data connection failed: {}", failure.toString());
                    pause();
                }
            }
        }
    }

    /** Where accepting fails again and again, as when file descriptors run out, it must not take a whole core. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(WAIT_MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void open(SocketChannel channel) {
        try {
            PeerConnection connection = handshake.accepting(channel, this::isAcceptable, openingDeadline);
            // Before it is offered: what has been handed over is no longer this listener's to close.
            inOpening.remove(channel);
            offer(connection);
        } catch (IOException | RuntimeException refused) {
            LOG.debug("Refused a data connection: {}", refused.toString());
            PeerConnection.closeQuietly(channel);
        } finally {
            inOpening.remove(channel);
        }
    }

    private synchronized boolean isAcceptable(long generation) {
        return generation >= oldestGeneration && !closed;
    }

    private synchronized void offer(PeerConnection connection) {
        if (!isAcceptable(connection.generation())) {
            connection.close();
            return;
        }
        PeerConnection earlier = arrived.put(new Key(connection.generation(), connection.peerRank()), connection);
        if (earlier != null) {
            earlier.close();
        }
        notifyAll();
    }

    /** From now on connections of older generations are refused; those that wait are closed. */
    public synchronized void refuseBefore(long generation) {
        oldestGeneration = Math.max(oldestGeneration, generation);
        arrived.entrySet().removeIf(entry -> {
            boolean old = entry.getKey().generation() < oldestGeneration;
            if (old) {
                entry.getValue().close();
            }
            return old;
        });
    }

    /**
     * Waits for a peer's connection.
     *
     * @param givenUp asked every tenth of a second whether it is still of use
     * @throws PeerLostException when it does not come in time, or is no longer wanted
     */
    public synchronized PeerConnection accept(long generation, int peerRank, Duration deadline, BooleanSupplier givenUp)
            throws InterruptedException, TimeoutException {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            PeerConnection connection = arrived.remove(new Key(generation, peerRank));
            if (connection != null) {
                return connection;
            }
            if (closed || givenUp.getAsBoolean()) {
                throw new PeerLostException("the opening of generation " + generation + " was given up", null);
            }
            if (System.nanoTime() > end) {
                throw new TimeoutException("rank " + peerRank + " did not connect");
            }
            wait(WAIT_MILLISECONDS);
        }
    }

    /**
     * Connects to a peer's data port.
     *
     * @throws IOException when it cannot be reached in time or is not who it should be
     */
    public PeerConnection connect(String host, int port, long generation, int peerRank, Duration deadline)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        connecting.add(channel);
        try {
            long end = System.nanoTime() + deadline.toNanos();
            channel.socket().connect(new InetSocketAddress(host, port), (int) Math.max(1, deadline.toMillis()));
            Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
            return handshake.connecting(channel, generation, peerRank, left);
        } catch (IOException | RuntimeException failure) {
            PeerConnection.closeQuietly(channel);
            throw failure;
        } finally {
            connecting.remove(channel);
        }
    }

    /** Ends every {@link #connect} that is under way: the generation it belongs to is over. */
    public void interruptConnecting() {
        connecting.forEach(PeerConnection::closeQuietly);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failure) {
            LOG.debug("Closing the data port failed", failure);
        }
        openings.shutdown();
        interruptConnecting();
        inOpening.all().forEach(PeerConnection::closeQuietly);
        synchronized (this) {
            closed = true;
            arrived.values().forEach(PeerConnection::close);
            arrived.clear();
            notifyAll();
        }
    }
}
