package dev.lockstep.core.codec;

import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.TreeSum;
import java.util.Arrays;

/**
 * Sums of values that travel as {@link HalfBlocks}.
 *
 * <ol>
 *   <li>Rank c gets chunk c of everyone's values, and everyone's exact values, and sums both in single precision in the
 *       order of {@link TreeSum}. Its own values it rounds as if they had travelled.
 *   <li>It sends the sums of its chunk to all, rounded again, and takes the rounded values itself, so that every rank
 *       holds the same bits.
 * </ol>
 *
 * Two ranks send each other everything at once instead: the same bytes, one way less, rounded once. Alone, a rank
 * changes nothing.
 */
final class Float16Merge implements GradientMerge {
    private static final float[] NOTHING = new float[0];

    private final int encoded;
    private final TreeSum treeSum = new TreeSum();
    private ByteBlock[] outgoing = new ByteBlock[0];
    private ByteBlock[] incoming = new ByteBlock[0];
    private ByteBlock[] sums = new ByteBlock[0];
    private float[][] rows = new float[0][];
    private float[][] exactRows = new float[0][];

    Float16Merge(int encoded) {
        this.encoded = encoded;
    }

    @Override
    public void sum(float[] values, int length, float[] shared, ProcessGroup group) {
        int size = group.size();
        if (size == 1) {
            return;
        }
        int exact = length - encoded;
        boolean whole = size == 2;
        int from = whole ? 0 : chunkStart(group.rank(), size);
        int count = whole ? encoded : chunkStart(group.rank() + 1, size) - from;
        prepare(size, count, exact);
        // Two ranks exchange all of it, so that both blocks are one: it is encoded once.
        for (int peer = 0; peer < (whole ? 1 : size); peer++) {
            int start = whole ? 0 : chunkStart(peer, size);
            int theirs = whole ? encoded : chunkStart(peer + 1, size) - start;
            byte[] bytes = outgoing[peer].reserve(HalfBlocks.encodedLength(theirs) + exact * Float.BYTES);
            int end = HalfBlocks.encode(values, start, theirs, bytes, 0);
            LittleEndian.putFloats(bytes, end, values, encoded, exact);
        }
        int limit = HalfBlocks.encodedLength(encoded) + exact * Float.BYTES;
        group.exchange(outgoing, incoming, limit);
        for (int peer = 0; peer < size; peer++) {
            ByteBlock block = peer == group.rank() ? outgoing[peer] : incoming[peer];
            requireLength(block, peer, HalfBlocks.encodedLength(count) + exact * Float.BYTES);
            int end = HalfBlocks.decode(block.bytes(), 0, rows[peer], 0, count);
            LittleEndian.getFloats(block.bytes(), end, exactRows[peer], 0, exact);
        }
        treeSum.sum(rows, new int[size], size, values, from, count);
        treeSum.sum(exactRows, new int[size], size, values, encoded, exact);
        if (!whole) {
            gather(values, from, count, group);
        }
    }

    /** Everyone's sums, from everyone. */
    private void gather(float[] values, int from, int count, ProcessGroup group) {
        ByteBlock own = sums[0];
        HalfBlocks.encode(values, from, count, own.reserve(HalfBlocks.encodedLength(count)), 0);
        group.exchange(sums, incoming, HalfBlocks.encodedLength(encoded));
        for (int peer = 0; peer < group.size(); peer++) {
            int start = chunkStart(peer, group.size());
            int length = chunkStart(peer + 1, group.size()) - start;
            ByteBlock block = peer == group.rank() ? own : incoming[peer];
            requireLength(block, peer, HalfBlocks.encodedLength(length));
            HalfBlocks.decode(block.bytes(), 0, values, start, length);
        }
    }

    private void prepare(int size, int count, int exact) {
        if (rows.length == size && rows[0].length == count) {
            return;
        }
        outgoing = ByteBlock.array(size);
        if (size == 2) {
            Arrays.fill(outgoing, outgoing[0]);
        }
        incoming = ByteBlock.array(size);
        rows = new float[size][count];
        exactRows = new float[size][exact];
        ByteBlock own = new ByteBlock();
        sums = new ByteBlock[size];
        Arrays.fill(sums, own);
    }

    private static void requireLength(ByteBlock block, int peer, int expected) {
        if (block.length() != expected) {
            throw new PeerLostException(
                    "rank " + peer + " sent " + block.length() + " bytes where " + expected
                            + " were expected; the workers' calls differ",
                    null);
        }
    }

    private int chunkStart(int chunk, int size) {
        return (int) ((long) encoded * chunk / size);
    }

    @Override
    public void applied(float[] shared) {
        // Nothing is kept between steps.
    }

    @Override
    public float[] residual() {
        return NOTHING;
    }

    @Override
    public void forget() {
        // Nothing is kept between steps.
    }
}
