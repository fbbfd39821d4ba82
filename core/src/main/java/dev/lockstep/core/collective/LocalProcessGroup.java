package dev.lockstep.core.collective;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Threads of one JVM acting together through shared memory. Each rank sums its own contiguous chunk over all ranks'
 * arrays into memory of the group, and then every rank copies the whole result.
 *
 * <p>A rank only ever writes to its own array. A straggler of a group that has failed can therefore not spoil an array
 * that its owner already uses in the next generation.
 */
public final class LocalProcessGroup implements ProcessGroup {
    /** What the ranks show each other; every field is written before a barrier and read after it. */
    private static final class Shared {
        final RendezvousBarrier barrier;
        final @Nullable Object[] exposed;
        final int[] lengths;
        float[] floatSums = new float[0];
        double[] doubleSums = new double[0];

        Shared(int size, Duration deadline) {
            barrier = new RendezvousBarrier(size, deadline);
            exposed = new Object[size];
            lengths = new int[size];
        }
    }

    private final Shared shared;
    private final int rank;
    private final int size;
    private final TreeSum treeSum = new TreeSum();
    private final float[][] floatRows;
    private final double[][] doubleRows;
    private final int[] offsets;
    private long bytesSent;

    private LocalProcessGroup(Shared shared, int rank, int size) {
        this.shared = shared;
        this.rank = rank;
        this.size = size;
        floatRows = new float[size][];
        doubleRows = new double[size][];
        offsets = new int[size];
    }

    /** The group of a worker whose steps are its own: every call returns at once. */
    public static LocalProcessGroup alone() {
        return createMembers(1, Duration.ofDays(1)).get(0);
    }

    /**
     * Makes one group.
     *
     * @param size how many ranks
     * @param deadline how long a rank waits for the others in one call
     * @return one member a rank, in rank order, each for one thread
     */
    public static List<ProcessGroup> create(int size, Duration deadline) {
        return List.copyOf(createMembers(size, deadline));
    }

    static List<LocalProcessGroup> createMembers(int size, Duration deadline) {
        if (size < 1) {
            throw new IllegalArgumentException("expected a group of at least 1, found " + size);
        }
        Shared shared = new Shared(size, deadline);
        List<LocalProcessGroup> members = new ArrayList<>(size);
        for (int rank = 0; rank < size; rank++) {
            members.add(new LocalProcessGroup(shared, rank, size));
        }
        return members;
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
        requireLength(values.length, length);
        if (size == 1 || length == 0) {
            return;
        }
        if (rank == 0 && shared.floatSums.length < length) {
            shared.floatSums = new float[length];
        }
        expose(values, length);
        float[] sums = shared.floatSums;
        int from = chunkStart(length, rank);
        for (int peer = 0; peer < size; peer++) {
            floatRows[peer] = (float[]) exposed(peer, float[].class);
            offsets[peer] = from;
        }
        treeSum.sum(floatRows, offsets, size, sums, from, chunkStart(length, rank + 1) - from);
        shared.barrier.await(rank);
        System.arraycopy(sums, 0, values, 0, length);
    }

    @Override
    public void allReduceSum(double[] values, int length) {
        requireLength(values.length, length);
        if (size == 1 || length == 0) {
            return;
        }
        if (rank == 0 && shared.doubleSums.length < length) {
            shared.doubleSums = new double[length];
        }
        expose(values, length);
        double[] sums = shared.doubleSums;
        int from = chunkStart(length, rank);
        for (int peer = 0; peer < size; peer++) {
            doubleRows[peer] = (double[]) exposed(peer, double[].class);
            offsets[peer] = from;
        }
        treeSum.sum(doubleRows, offsets, size, sums, from, chunkStart(length, rank + 1) - from);
        shared.barrier.await(rank);
        System.arraycopy(sums, 0, values, 0, length);
    }

    @Override
    public void broadcast(float[] values, int length, int root) {
        requireLength(values.length, length);
        broadcastArray(values, length, root);
    }

    @Override
    public void broadcast(double[] values, int length, int root) {
        requireLength(values.length, length);
        broadcastArray(values, length, root);
    }

    private void broadcastArray(Object values, int length, int root) {
        if (root < 0 || root >= size) {
            throw new IllegalArgumentException("root " + root + " is not within 0.." + (size - 1));
        }
        if (size == 1 || length == 0) {
            return;
        }
        expose(values, length);
        if (rank != root) {
            System.arraycopy(exposed(root, values.getClass()), 0, values, 0, length);
        }
        shared.barrier.await(rank);
    }

    @Override
    public void exchange(ByteBlock[] outgoing, ByteBlock[] incoming, int limit) {
        if (size == 1) {
            return;
        }
        expose(outgoing, limit);
        for (int peer = 0; peer < size; peer++) {
            ByteBlock block = ((ByteBlock[]) exposed(peer, ByteBlock[].class))[rank];
            if (peer != rank) {
                if (block.length() > limit) {
                    throw differentCalls("rank " + peer + " brought " + block.length() + " bytes of at most " + limit);
                }
                incoming[peer].copyFrom(block);
                bytesSent += outgoing[peer].length();
            }
        }
        shared.barrier.await(rank);
    }

    @Override
    public void barrier() {
        shared.barrier.await(rank);
    }

    @Override
    public long bytesSent() {
        return bytesSent;
    }

    /** Leaves: the others fail when they next wait for this rank. */
    @Override
    public void close() {
        shared.barrier.depart(rank, "has left the group");
    }

    /** Makes this and every later call of every rank fail. */
    void abort(String reason, boolean attemptEnded) {
        shared.barrier.fail(reason, attemptEnded, null);
    }

    private void expose(Object values, int length) {
        shared.exposed[rank] = values;
        shared.lengths[rank] = length;
        shared.barrier.await(rank);
        for (int peer = 0; peer < size; peer++) {
            if (shared.lengths[peer] != length) {
                throw differentCalls(
                        "rank " + rank + " brought " + length + " values, rank " + peer + " " + shared.lengths[peer]);
            }
        }
    }

    private Object exposed(int peer, Class<?> type) {
        Object values = shared.exposed[peer];
        if (values == null || values.getClass() != type) {
            throw differentCalls("rank " + rank + " brought a " + type.getSimpleName() + ", rank " + peer + " did not");
        }
        return values;
    }

    private PeerLostException differentCalls(String difference) {
        String message = "the workers' calls differ: " + difference;
        abort(message, false);
        return new PeerLostException(message, null);
    }

    private int chunkStart(int length, int chunk) {
        return (int) ((long) length * chunk / size);
    }

    private static void requireLength(int available, int length) {
        if (length < 0 || length > available) {
            throw new IllegalArgumentException("length " + length + " is not within 0.." + available);
        }
    }
}
