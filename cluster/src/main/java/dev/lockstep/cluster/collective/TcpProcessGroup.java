package dev.lockstep.cluster.collective;

import dev.lockstep.cluster.transport.PeerChannel;
import dev.lockstep.cluster.transport.PeerConnection;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.Ranks;
import dev.lockstep.core.collective.TreeSum;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Workers of one generation acting together over TCP, each connected to every other.
 *
 * <p>A sum is a direct exchange: every rank sends chunk c of its vector to rank c, rank c sums its chunk over all ranks
 * in the order of {@link TreeSum} and sends the sums to everyone. Where two workers meet, and for short vectors, every
 * rank instead sends its whole vector to all and sums all of it: no more bytes for two, and one way less. The bits are
 * the same, as each element is summed in the same order.
 *
 * <p>One thread sends and receives in turn without blocking, so that no two ranks can wait for each other's buffers; it
 * spins briefly before it gives its core away. Used by one thread, except for {@link #abort}.
 */
public final class TcpProcessGroup implements ProcessGroup {
    /** Vectors of up to so many bytes, over all peers, go whole to everyone: latency outweighs bytes. */
    private static final int DIRECT_BYTES = 64 << 10;

    /** Longer than a peer's jitter within a step, much shorter than a step that a core could use for something else. */
    private static final long SPIN_NANOSECONDS = 100_000;

    /** From then on the spinner lets others run: a worker on the same machine may be waiting for this very core. */
    private static final long PURE_SPIN_NANOSECONDS = 10_000;

    private static final long SELECT_MILLISECONDS = 1_000;

    private record Abortion(String reason, boolean attemptEnded) {}

    private final int rank;
    private final int size;
    private final long stallNanoseconds;
    private final PeerChannel[] peers;
    private final SelectionKey[] keys;
    private final Selector selector;
    private final TreeSum treeSum = new TreeSum();
    private final float[][] floatRows;
    private final double[][] doubleRows;
    private final float[][] floatArrivals;
    private final double[][] doubleArrivals;
    private final int[] offsets;
    private final double[] signal = new double[1];
    private final double[] signalReceived = new double[1];
    private volatile @Nullable Abortion abortion;
    private @Nullable String deadReason;

    /**
     * Takes over the opened connections.
     *
     * @param connections one to every other rank
     * @param stallDeadline how long nothing may move while something has to
     */
    public TcpProcessGroup(int rank, int size, List<PeerConnection> connections, Duration stallDeadline)
            throws IOException {
        if (connections.size() != size - 1) {
            throw new IllegalArgumentException(
                    "a group of " + size + " needs " + (size - 1) + " connections, found " + connections.size());
        }
        this.rank = rank;
        this.size = size;
        this.stallNanoseconds = stallDeadline.toNanos();
        this.selector = Selector.open();
        peers = new PeerChannel[size - 1];
        keys = new SelectionKey[size - 1];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = new PeerChannel(connections.get(i));
            keys[i] = peers[i].channel().register(selector, 0);
        }
        floatRows = new float[size][];
        doubleRows = new double[size][];
        floatArrivals = new float[size][0];
        doubleArrivals = new double[size][0];
        offsets = new int[size];
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void allReduceSum(float[] values, int length) {
        start(values.length, length);
        if (size == 1 || length == 0) {
            return;
        }
        boolean whole = sendsWhole(length, Float.BYTES);
        int from = whole ? 0 : chunkStart(length, rank);
        int count = whole ? length : chunkStart(length, rank + 1) - from;
        for (PeerChannel peer : peers) {
            int other = peer.peerRank();
            int start = whole ? 0 : chunkStart(length, other);
            peer.send(values, start, whole ? length : chunkStart(length, other + 1) - start);
            if (floatArrivals[other].length < count) {
                floatArrivals[other] = new float[count];
            }
            peer.receive(floatArrivals[other], 0, count);
            floatRows[other] = floatArrivals[other];
            offsets[other] = 0;
        }
        exchange();
        floatRows[rank] = values;
        offsets[rank] = from;
        treeSum.sum(floatRows, offsets, size, values, from, count);
        if (!whole) {
            for (PeerChannel peer : peers) {
                int start = chunkStart(length, peer.peerRank());
                peer.send(values, from, count);
                peer.receive(values, start, chunkStart(length, peer.peerRank() + 1) - start);
            }
            exchange();
        }
    }

    @Override
    public void allReduceSum(double[] values, int length) {
        start(values.length, length);
        if (size == 1 || length == 0) {
            return;
        }
        boolean whole = sendsWhole(length, Double.BYTES);
        int from = whole ? 0 : chunkStart(length, rank);
        int count = whole ? length : chunkStart(length, rank + 1) - from;
        for (PeerChannel peer : peers) {
            int other = peer.peerRank();
            int start = whole ? 0 : chunkStart(length, other);
            peer.send(values, start, whole ? length : chunkStart(length, other + 1) - start);
            if (doubleArrivals[other].length < count) {
                doubleArrivals[other] = new double[count];
            }
            peer.receive(doubleArrivals[other], 0, count);
            doubleRows[other] = doubleArrivals[other];
            offsets[other] = 0;
        }
        exchange();
        doubleRows[rank] = values;
        offsets[rank] = from;
        treeSum.sum(doubleRows, offsets, size, values, from, count);
        if (!whole) {
            for (PeerChannel peer : peers) {
                int start = chunkStart(length, peer.peerRank());
                peer.send(values, from, count);
                peer.receive(values, start, chunkStart(length, peer.peerRank() + 1) - start);
            }
            exchange();
        }
    }

    private boolean sendsWhole(int length, int elementBytes) {
        return size == 2 || (long) length * elementBytes * (size - 1) <= DIRECT_BYTES;
    }

    private int chunkStart(int length, int chunk) {
        return (int) ((long) length * chunk / size);
    }

    @Override
    public void broadcast(float[] values, int length, int root) {
        start(values.length, length);
        requireRoot(root);
        for (PeerChannel peer : peers) {
            if (rank == root) {
                peer.send(values, 0, length);
            } else if (peer.peerRank() == root) {
                peer.receive(values, 0, length);
            }
        }
        exchange();
    }

    @Override
    public void broadcast(double[] values, int length, int root) {
        start(values.length, length);
        requireRoot(root);
        for (PeerChannel peer : peers) {
            if (rank == root) {
                peer.send(values, 0, length);
            } else if (peer.peerRank() == root) {
                peer.receive(values, 0, length);
            }
        }
        exchange();
    }

    @Override
    public void barrier() {
        start(0, 0);
        for (PeerChannel peer : peers) {
            peer.send(signal, 0, 1);
            peer.receive(signalReceived, 0, 1);
        }
        exchange();
    }

    @Override
    public long bytesSent() {
        long sum = 0;
        for (PeerChannel peer : peers) {
            sum += peer.bytesSent();
        }
        return sum;
    }

    /** Makes the call that runs now, and every later one, fail. Safe for any thread. */
    public void abort(String reason, boolean attemptEnded) {
        if (abortion == null) {
            abortion = new Abortion(reason, attemptEnded);
        }
        selector.wakeup();
    }

    @Override
    public void close() {
        if (deadReason == null) {
            deadReason = "this worker has left the group";
        }
        for (PeerChannel peer : peers) {
            peer.close();
        }
        try {
            selector.close();
        } catch (IOException ignored) {
            // Nothing is waiting on it any more.
        }
    }

    private void start(int available, int length) {
        if (length < 0 || length > available) {
            throw new IllegalArgumentException("length " + length + " is not within 0.." + available);
        }
        failIfAborted();
        if (deadReason != null) {
            throw new PeerLostException(deadReason, null);
        }
    }

    private void requireRoot(int root) {
        if (root < 0 || root >= size) {
            throw new IllegalArgumentException("root " + root + " is not within 0.." + (size - 1));
        }
    }

    /** Runs the transfers that were set until all are done. */
    private void exchange() {
        long idleSince = 0;
        while (true) {
            boolean moved = false;
            boolean done = true;
            for (PeerChannel peer : peers) {
                if (peer.isSending() || peer.isReceiving()) {
                    moved |= progress(peer);
                    done &= !peer.isSending() && !peer.isReceiving();
                }
            }
            if (done) {
                return;
            }
            failIfAborted();
            if (moved) {
                idleSince = 0;
                continue;
            }
            long now = System.nanoTime();
            idleSince = idleSince == 0 ? now : idleSince;
            if (now - idleSince < PURE_SPIN_NANOSECONDS) {
                Thread.onSpinWait();
            } else if (now - idleSince < SPIN_NANOSECONDS) {
                Thread.yield();
            } else {
                awaitSockets(now - idleSince);
            }
        }
    }

    private boolean progress(PeerChannel peer) {
        try {
            return peer.progress();
        } catch (IOException failure) {
            failIfAborted();
            throw die(
                    describe(peer) + " is lost: "
                            + (failure.getMessage() == null ? failure.toString() : failure.getMessage()),
                    failure);
        }
    }

    private void awaitSockets(long idleNanoseconds) {
        if (idleNanoseconds > stallNanoseconds) {
            throw die(
                    "nothing moved for " + Ranks.seconds(Duration.ofNanos(stallNanoseconds)) + " s to or from "
                            + describeUnfinished() + "; setting: cluster.stall_seconds",
                    null);
        }
        try {
            for (int i = 0; i < peers.length; i++) {
                keys[i].interestOps((peers[i].isSending() ? SelectionKey.OP_WRITE : 0)
                        | (peers[i].isReceiving() ? SelectionKey.OP_READ : 0));
            }
            long left = (stallNanoseconds - idleNanoseconds) / 1_000_000 + 1;
            selector.select(Math.min(left, SELECT_MILLISECONDS));
            selector.selectedKeys().clear();
        } catch (IOException | CancelledKeyException failure) {
            throw die("waiting for " + describeUnfinished() + " failed: " + failure, failure);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw die("this worker was interrupted while it waited for " + describeUnfinished(), null);
        }
    }

    private String describeUnfinished() {
        StringBuilder text = new StringBuilder();
        for (PeerChannel peer : peers) {
            if (peer.isSending() || peer.isReceiving()) {
                text.append(text.isEmpty() ? "" : ", ").append(describe(peer));
            }
        }
        return text.toString();
    }

    private static String describe(PeerChannel peer) {
        return "rank " + peer.peerRank() + " (" + peer.address() + ")";
    }

    private void failIfAborted() {
        Abortion known = abortion;
        if (known == null) {
            return;
        }
        PeerLostException lost = die(known.reason(), null);
        throw known.attemptEnded() ? new AttemptEndedException(known.reason(), null) : lost;
    }

    /** Closes everything: the others learn at once, by their broken connections, that this step will not be. */
    private PeerLostException die(String reason, @Nullable Throwable cause) {
        if (deadReason == null) {
            deadReason = reason;
        }
        close();
        return new PeerLostException(reason, cause);
    }
}
