package dev.lockstep.core.train;

import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.evaluation.ScoreTables;
import java.util.Arrays;

/**
 * Gives every rank the counts of all: each sends its tables to each, and adds up what comes. Counts are whole numbers, so
 * all ranks hold the same afterwards, in whatever order they add. A fixed number of bins would travel at once and cost
 * less, and be no more than an approximation: which of two scores is larger is known only from the scores.
 */
final class TableGathering {
    /** Travels at once: bounds the memory beside the tables themselves. */
    private static final int PIECE_BYTES = 4 << 20;

    private TableGathering() {}

    /** A call of all ranks. */
    static void gather(ScoreTables tables, ProcessGroup group) {
        int size = group.size();
        if (size == 1 || tables.count() == 0) {
            return;
        }
        double[] lengths = new double[tables.count() * size];
        for (int table = 0; table < tables.count(); table++) {
            lengths[table * size + group.rank()] = tables.byteCount(table);
        }
        group.allReduceSum(lengths, lengths.length);
        for (int table = 0; table < tables.count(); table++) {
            int[] lengthByRank = new int[size];
            for (int rank = 0; rank < size; rank++) {
                lengthByRank[rank] = (int) lengths[table * size + rank];
            }
            byte[][] byRank = exchange(tables.toBytes(table), lengthByRank, group);
            for (int rank = 0; rank < size; rank++) {
                if (rank != group.rank()) {
                    tables.add(table, byRank[rank]);
                }
            }
        }
    }

    private static byte[][] exchange(byte[] own, int[] lengths, ProcessGroup group) {
        int size = group.size();
        byte[][] byRank = new byte[size][];
        Arrays.setAll(byRank, rank -> new byte[lengths[rank]]);
        ByteBlock[] incoming = ByteBlock.array(size);
        ByteBlock[] outgoing = new ByteBlock[size];
        ByteBlock piece = new ByteBlock();
        Arrays.fill(outgoing, piece);
        int longest = Arrays.stream(lengths).max().orElseThrow();
        for (int from = 0; from < longest; from += PIECE_BYTES) {
            int mine = Math.max(0, Math.min(PIECE_BYTES, own.length - from));
            System.arraycopy(own, Math.min(from, own.length), piece.reserve(mine), 0, mine);
            group.exchange(outgoing, incoming, PIECE_BYTES);
            for (int rank = 0; rank < size; rank++) {
                if (rank != group.rank() && from < lengths[rank]) {
                    System.arraycopy(incoming[rank].bytes(), 0, byRank[rank], from, incoming[rank].length());
                }
            }
        }
        return byRank;
    }
}
