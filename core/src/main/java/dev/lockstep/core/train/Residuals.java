package dev.lockstep.core.train;

import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * What each rank keeps for itself, on its way into checkpoints and back: gathered by rank 0, which writes them, and
 * handed out by the rank that read them. With as many ranks as before each gets its own back, to the bit; with another
 * number old rank r's goes to new rank r modulo their number, where several are added: nothing is lost.
 */
final class Residuals {
    private static final String TENSOR = "residual.";
    /** Travels at once: bounds the memory beside the vectors themselves. */
    private static final int PIECE = 1 << 20;

    private List<float[]> byRank = List.of();

    /** Collects every rank's on rank 0; a call of all ranks. */
    void gather(float[] own, ProcessGroup group) {
        if (own.length == 0) {
            return;
        }
        int size = group.size();
        List<float[]> gathered = new ArrayList<>();
        gathered.add(own.clone());
        for (int rank = 1; rank < size && group.rank() == 0; rank++) {
            gathered.add(new float[own.length]);
        }
        ByteBlock[] outgoing = ByteBlock.array(size);
        ByteBlock[] incoming = ByteBlock.array(size);
        for (int from = 0; from < own.length; from += PIECE) {
            int count = Math.min(PIECE, own.length - from);
            if (group.rank() != 0) {
                write(own, from, count, outgoing[0]);
            }
            group.exchange(outgoing, incoming, PIECE * Float.BYTES);
            for (int rank = 1; rank < gathered.size(); rank++) {
                read(incoming[rank], gathered.get(rank), from);
            }
        }
        byRank = gathered;
    }

    /**
     * Hands out what the root read from a checkpoint; a call of all ranks.
     *
     * @param own receives this rank's part; zeros where there is none
     */
    void handOut(float[] own, int root, ProcessGroup group) {
        int size = group.size();
        Arrays.fill(own, 0f);
        List<float[]> sums = group.rank() == root ? sums(own.length, size) : List.of();
        ByteBlock[] outgoing = ByteBlock.array(size);
        ByteBlock[] incoming = ByteBlock.array(size);
        for (int from = 0; from < own.length; from += PIECE) {
            int count = Math.min(PIECE, own.length - from);
            for (int rank = 0; rank < sums.size(); rank++) {
                write(sums.get(rank), from, count, outgoing[rank]);
            }
            group.exchange(outgoing, incoming, PIECE * Float.BYTES);
            read(group.rank() == root ? outgoing[root] : incoming[root], own, from);
        }
        forget();
    }

    private List<float[]> sums(int length, int size) {
        List<float[]> sums = new ArrayList<>();
        for (int rank = 0; rank < Math.min(size, byRank.size()); rank++) {
            sums.add(new float[length]);
        }
        for (int rank = 0; rank < byRank.size(); rank++) {
            float[] sum = sums.get(rank % size);
            float[] values = byRank.get(rank);
            for (int i = 0; i < length; i++) {
                sum[i] = rank < size ? values[i] : sum[i] + values[i];
            }
        }
        return sums;
    }

    private static void write(float[] values, int from, int count, ByteBlock block) {
        ByteBuffer.wrap(block.reserve(count * Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(values, from, count);
    }

    private static void read(ByteBlock block, float[] values, int from) {
        ByteBuffer.wrap(block.bytes(), 0, block.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values, from, block.length() / Float.BYTES);
    }

    /** Takes them from a checkpoint; there are none where it was written without a codec, or in an emergency. */
    void readFrom(Checkpoint checkpoint, int length) {
        List<float[]> found = new ArrayList<>();
        for (float[] values = checkpoint.tensors().get(TENSOR + 0);
                values != null;
                values = checkpoint.tensors().get(TENSOR + found.size())) {
            if (values.length != length) {
                throw new LockstepException(
                        ExitCode.MODEL,
                        "checkpoint of step " + checkpoint.step() + ": " + TENSOR + found.size() + ": expected "
                                + length + " values, found " + values.length
                                + "; the model or codec of the job has changed: start anew with --fresh");
            }
            found.add(values);
        }
        byRank = found;
    }

    /** Hands them over to a checkpoint that is being made. */
    void moveTo(SortedMap<String, float[]> tensors) {
        for (int rank = 0; rank < byRank.size(); rank++) {
            tensors.put(TENSOR + rank, byRank.get(rank));
        }
        forget();
    }

    /** Drops what was gathered or read. */
    void forget() {
        byRank = List.of();
    }
}
