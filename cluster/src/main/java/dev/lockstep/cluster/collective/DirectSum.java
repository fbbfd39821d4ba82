package dev.lockstep.cluster.collective;

import dev.lockstep.cluster.transport.PeerChannel;
import dev.lockstep.core.collective.TreeSum;

/**
 * The sum over all ranks by direct exchange: every rank sends chunk c of its vector to rank c, rank c sums its chunk
 * over all ranks in the order of {@link TreeSum} and sends the sums to everyone. Where two workers meet, and for short
 * vectors, every rank instead sends its whole vector to all and sums all of it: no more bytes for two, and one way
 * less. The bits are the same, as each element is summed in the same order.
 *
 * @param <A> the array that holds a vector
 */
final class DirectSum<A> {
    /** Vectors of up to so many bytes, over all peers, go whole to everyone: latency outweighs bytes. */
    private static final int WHOLE_BYTES = 64 << 10;

    private final NumberKind<A> kind;
    private final PeerMesh mesh;
    private final int rank;
    private final int size;
    private final TreeSum treeSum = new TreeSum();
    private final A[] rows;
    private final A[] arrivals;
    private final int[] offsets;

    DirectSum(NumberKind<A> kind, PeerMesh mesh, int rank, int size) {
        this.kind = kind;
        this.mesh = mesh;
        this.rank = rank;
        this.size = size;
        rows = kind.emptyArrays(size);
        arrivals = kind.emptyArrays(size);
        offsets = new int[size];
    }

    /** Puts the sums over all ranks in the place of the first {@code length} values. */
    void run(A values, int length) {
        if (size == 1 || length == 0) {
            return;
        }
        boolean whole = size == 2 || (long) length * kind.bytes() * (size - 1) <= WHOLE_BYTES;
        int from = whole ? 0 : chunkStart(length, rank);
        int count = whole ? length : chunkStart(length, rank + 1) - from;
        for (PeerChannel peer : mesh.peers()) {
            int other = peer.peerRank();
            int start = whole ? 0 : chunkStart(length, other);
            kind.send(peer, values, start, whole ? length : chunkStart(length, other + 1) - start);
            if (kind.length(arrivals[other]) < count) {
                arrivals[other] = kind.array(count);
            }
            kind.receive(peer, arrivals[other], 0, count);
            rows[other] = arrivals[other];
            offsets[other] = 0;
        }
        mesh.exchange();
        rows[rank] = values;
        offsets[rank] = from;
        kind.sum(treeSum, rows, offsets, values, from, count);
        if (!whole) {
            gather(values, length, from, count);
        }
    }

    /** Everyone's sums, from everyone. */
    private void gather(A values, int length, int from, int count) {
        for (PeerChannel peer : mesh.peers()) {
            int start = chunkStart(length, peer.peerRank());
            kind.send(peer, values, from, count);
            kind.receive(peer, values, start, chunkStart(length, peer.peerRank() + 1) - start);
        }
        mesh.exchange();
    }

    private int chunkStart(int length, int chunk) {
        return (int) ((long) length * chunk / size);
    }
}
