package dev.lockstep.cluster.collective;

import dev.lockstep.cluster.transport.PeerChannel;
import dev.lockstep.cluster.transport.PeerConnection;
import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.ProcessGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Workers of one generation acting together, each connected to every other over TCP; numbers go through memory instead
 * where the two ends share some. Used by one thread, except for {@link #abort}.
 */
public final class TcpProcessGroup implements ProcessGroup {
    private final int rank;
    private final int size;
    private final PeerMesh mesh;
    private final DirectSum<float[]> floatSum;
    private final DirectSum<double[]> doubleSum;
    private final PartExchange parts;
    private final double[] signal = new double[1];
    private final double[] signalReceived = new double[1];

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
        mesh = new PeerMesh(connections, stallDeadline);
        floatSum = new DirectSum<>(NumberKind.FLOAT, mesh, rank, size);
        doubleSum = new DirectSum<>(NumberKind.DOUBLE, mesh, rank, size);
        parts = new PartExchange(mesh, size);
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
        floatSum.run(values, length);
    }

    @Override
    public void offer(float[] values, int from, int to) {
        start(values.length, to);
        floatSum.offer(values, from, to);
    }

    @Override
    public void allReduceSum(double[] values, int length) {
        start(values.length, length);
        doubleSum.run(values, length);
    }

    @Override
    public void broadcast(float[] values, int length, int root) {
        start(values.length, length);
        broadcast(NumberKind.FLOAT, values, length, root);
    }

    @Override
    public void broadcast(double[] values, int length, int root) {
        start(values.length, length);
        broadcast(NumberKind.DOUBLE, values, length, root);
    }

    private <A> void broadcast(NumberKind<A> kind, A values, int length, int root) {
        if (root < 0 || root >= size) {
            throw new IllegalArgumentException("root " + root + " is not within 0.." + (size - 1));
        }
        for (PeerChannel peer : mesh.peers()) {
            if (rank == root) {
                kind.send(peer, values, 0, length);
            } else if (peer.peerRank() == root) {
                kind.receive(peer, values, 0, length);
            }
        }
        mesh.exchange();
    }

    @Override
    public void exchange(ByteBlock[] outgoing, ByteBlock[] incoming, int limit) {
        mesh.requireAlive();
        parts.run(outgoing, incoming, limit);
    }

    @Override
    public void barrier() {
        mesh.requireAlive();
        for (PeerChannel peer : mesh.peers()) {
            peer.send(signal, 0, 1);
            peer.receive(signalReceived, 0, 1);
        }
        mesh.exchange();
    }

    @Override
    public long bytesSent() {
        long sum = 0;
        for (PeerChannel peer : mesh.peers()) {
            sum += peer.bytesSent();
        }
        return sum;
    }

    /** Makes the call that runs now, and every later one, fail. Safe for any thread. */
    public void abort(String reason, boolean attemptEnded) {
        mesh.abort(reason, attemptEnded);
    }

    @Override
    public void close() {
        mesh.close();
    }

    private void start(int available, int length) {
        if (length < 0 || length > available) {
            throw new IllegalArgumentException("length " + length + " is not within 0.." + available);
        }
        mesh.requireAlive();
    }
}
