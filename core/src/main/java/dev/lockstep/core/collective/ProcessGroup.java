package dev.lockstep.core.collective;

/**
 * The workers of one generation acting together. Every member must make the same calls in the same order with the same
 * sizes. Sums are taken over one fixed binary tree of ranks, whatever the transport: ranks [low, high) are split at
 * (low + high) / 2 rounded down, and the two halves' sums are added. A call either returns the same bits on every rank
 * or throws on this one; after a {@link PeerLostException} the group is dead and its arrays hold unspecified values.
 */
public interface ProcessGroup extends AutoCloseable {
    /** This worker's rank, from 0. */
    int rank();

    /** How many workers there are. */
    int size();

    /**
     * Replaces the first {@code length} values by their sums over all ranks.
     *
     * @throws PeerLostException when a peer is gone or does not answer within the deadline
     */
    void allReduceSum(float[] values, int length);

    /**
     * Says that some of the values that the next call of {@link #allReduceSum(float[], int)} sums are final, so that they
     * may leave while the others are still being computed. Never waits. Every rank must offer the same ranges, none
     * twice, in the same order, and make no other call before that sum.
     *
     * @param values the array that will be summed
     * @param from the first of them
     * @param to behind the last of them
     * @throws PeerLostException when a peer is gone
     */
    default void offer(float[] values, int from, int to) {
        // Where values need not travel there is nothing to begin early.
    }

    /** The same in double precision, for counts and losses. */
    void allReduceSum(double[] values, int length);

    /** Copies the root's first {@code length} values to every rank. */
    void broadcast(float[] values, int length, int root);

    /** Copies the root's values to every rank. */
    void broadcast(double[] values, int length, int root);

    /**
     * Gives every other rank bytes of its own and takes theirs. The lengths may all differ; only the limit is known to
     * both sides.
     *
     * @param outgoing by receiving rank; one block may stand in several places
     * @param incoming by sending rank; receives copies. This rank's own place is left alone in both
     * @param limit the most bytes that any block may have, the same on every rank
     */
    void exchange(ByteBlock[] outgoing, ByteBlock[] incoming, int limit);

    /** Returns when every rank has called it. */
    void barrier();

    /**
     * Bytes this rank has sent through this group, for the metrics. Between threads of one JVM only those of {@link
     * #exchange} count: what would have to travel.
     */
    long bytesSent();

    @Override
    void close();
}
