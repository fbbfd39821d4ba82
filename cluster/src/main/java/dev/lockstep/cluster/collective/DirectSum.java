package dev.lockstep.cluster.collective;

import dev.lockstep.cluster.transport.PeerChannel;
import dev.lockstep.core.collective.TreeSum;
import java.util.ArrayList;
import java.util.List;

/**
 * The sum over all ranks by direct exchange: every rank sends chunk c of its vector to rank c, rank c sums its chunk
 * over all ranks in the order of {@link TreeSum} and sends the sums to everyone. Where two workers meet, and for short
 * vectors, every rank instead sends its whole vector to all and sums all of it: no more bytes for two, and one way
 * less. The bits are the same, as each element is summed in the same order.
 *
 * <p>A vector may go in pieces, each as soon as it is offered; a whole vector is one piece.
 *
 * @param <A> the array that holds a vector
 */
final class DirectSum<A> {
    /** Pieces of up to so many bytes, over all peers, go whole to everyone: latency outweighs bytes. */
    private static final int WHOLE_BYTES = 64 << 10;

    /** A part of the vector, and of it what each rank sums. */
    private final class Piece {
        final int from;
        final int length;
        final boolean whole;
        final A[] chunkArrivals = kind.emptyArrays(size);

        Piece(int from, int length) {
            this.from = from;
            this.length = length;
            whole = size == 2 || (long) length * kind.bytes() * (size - 1) <= WHOLE_BYTES;
        }

        int start(int chunkOwner) {
            return whole ? from : chunkStart(chunkOwner);
        }

        int count(int chunkOwner) {
            return whole ? length : chunkStart(chunkOwner + 1) - chunkStart(chunkOwner);
        }

        private int chunkStart(int chunk) {
            return from + (int) ((long) length * chunk / size);
        }

        /** Two vectors are summed fastest where they lie at the same indices. */
        int arrivalOffset() {
            return whole ? from : 0;
        }
    }

    private final NumberKind<A> kind;
    private final PeerMesh mesh;
    private final int rank;
    private final int size;
    private final TreeSum treeSum = new TreeSum();
    private final A[] rows;
    private final A[] wholeArrivals;
    private final int[] offsets;
    private final int[] sent;
    private final int[] received;

    /** The pieces of this sum come first; those behind them are kept for the next one, which has the same. */
    private final List<Piece> pieces = new ArrayList<>();

    private int pieceCount;
    private A current;

    DirectSum(NumberKind<A> kind, PeerMesh mesh, int rank, int size) {
        this.kind = kind;
        this.mesh = mesh;
        this.rank = rank;
        this.size = size;
        rows = kind.emptyArrays(size);
        wholeArrivals = kind.emptyArrays(size);
        current = kind.array(0);
        offsets = new int[size];
        sent = new int[size];
        received = new int[size];
    }

    /** Sends what can be sent now of values that are final, and takes in what has come. */
    void offer(A values, int from, int to) {
        if (size == 1 || from == to) {
            return;
        }
        addPiece(values, from, to - from);
        for (PeerChannel peer : mesh.peers()) {
            advance(peer);
        }
        mesh.poll(this::advance);
    }

    /** Puts the sums over all ranks in the place of the first {@code length} values. */
    void run(A values, int length) {
        if (size == 1 || length == 0) {
            return;
        }
        addWhatWasNotOffered(values, length);
        for (PeerChannel peer : mesh.peers()) {
            advance(peer);
        }
        mesh.exchange(this::advance);
        for (int i = 0; i < pieceCount; i++) {
            sum(pieces.get(i));
        }
        for (int i = 0; i < pieceCount; i++) {
            if (!pieces.get(i).whole) {
                gather(pieces.get(i));
            }
        }
        finish();
    }

    private void addWhatWasNotOffered(A values, int length) {
        int offered = pieceCount;
        int from = 0;
        while (from < length) {
            int to = length;
            int next = length;
            for (int i = 0; i < offered; i++) {
                Piece piece = pieces.get(i);
                if (piece.from >= from && piece.from < to) {
                    to = piece.from;
                    next = piece.from + piece.length;
                }
            }
            if (to > from) {
                addPiece(values, from, to - from);
            }
            from = next;
        }
    }

    private void addPiece(A values, int from, int length) {
        current = values;
        Piece known = pieceCount < pieces.size() ? pieces.get(pieceCount) : null;
        if (known == null || known.from != from || known.length != length) {
            Piece piece = new Piece(from, length);
            if (known == null) {
                pieces.add(piece);
            } else {
                pieces.set(pieceCount, piece);
            }
        }
        pieceCount++;
    }

    /** Sets the channel's next transfers, one piece after the other. */
    private void advance(PeerChannel peer) {
        int other = peer.peerRank();
        while (!peer.isSending() && sent[other] < pieceCount) {
            Piece piece = pieces.get(sent[other]++);
            kind.send(peer, current, piece.start(other), piece.count(other));
        }
        while (!peer.isReceiving() && received[other] < pieceCount) {
            Piece piece = pieces.get(received[other]++);
            A[] arrivals = arrivals(piece);
            int room = piece.whole ? kind.length(current) : piece.count(rank);
            if (kind.length(arrivals[other]) < room) {
                arrivals[other] = kind.array(room);
            }
            kind.receive(peer, arrivals[other], piece.arrivalOffset(), piece.count(rank));
        }
    }

    /** Where a piece arrives: whole ones at their own indices of one array, so that none needs an array of its own. */
    private A[] arrivals(Piece piece) {
        return piece.whole ? wholeArrivals : piece.chunkArrivals;
    }

    private void sum(Piece piece) {
        for (int other = 0; other < size; other++) {
            rows[other] = arrivals(piece)[other];
            offsets[other] = piece.arrivalOffset();
        }
        rows[rank] = current;
        offsets[rank] = piece.start(rank);
        kind.sum(treeSum, rows, offsets, current, piece.start(rank), piece.count(rank));
    }

    /** Everyone's sums, from everyone. */
    private void gather(Piece piece) {
        for (PeerChannel peer : mesh.peers()) {
            int other = peer.peerRank();
            kind.send(peer, current, piece.start(rank), piece.count(rank));
            kind.receive(peer, current, piece.start(other), piece.count(other));
        }
        mesh.exchange();
    }

    private void finish() {
        pieceCount = 0;
        for (int other = 0; other < size; other++) {
            sent[other] = 0;
            received[other] = 0;
        }
    }
}
