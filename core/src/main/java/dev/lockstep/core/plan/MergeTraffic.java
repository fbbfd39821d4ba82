package dev.lockstep.core.plan;

/**
 * What one worker sends in a sum over all workers; it receives as much. The exchange is direct: every rank to every
 * other. Two workers, and any number for short vectors, send the whole vector to all in one round; others send to each
 * rank the chunk which that rank sums, and in a second round the sums of their own chunk to all. A vector goes in frames
 * of {@value #FRAME_BYTES} bytes with a header of {@value #HEADER_BYTES}. The cluster module has a test that holds
 * this to what its channels send.
 *
 * @param rounds exchanges one after the other, each waiting for the slowest
 * @param peers whom every round sends to
 * @param bytesToPeer in one round, headers included
 */
public record MergeTraffic(int rounds, int peers, double bytesToPeer) {
    /** Up to so many bytes over all peers, whole vectors are sent. */
    static final int WHOLE_BYTES = 64 << 10;

    static final int FRAME_BYTES = 128 << 10;
    static final int HEADER_BYTES = 32;

    private static final MergeTraffic NONE = new MergeTraffic(0, 0, 0);

    /**
     * The traffic of one sum.
     *
     * @param workers from 1
     * @param vectorBytes of the numbers that are summed
     */
    public static MergeTraffic of(int workers, long vectorBytes) {
        if (workers == 1 || vectorBytes == 0) {
            return NONE;
        }
        int peers = workers - 1;
        boolean whole = workers == 2 || vectorBytes * peers <= WHOLE_BYTES;
        return whole
                ? new MergeTraffic(1, peers, framed(vectorBytes))
                : new MergeTraffic(2, peers, framed((double) vectorBytes / workers));
    }

    private static double framed(double bytes) {
        return bytes + HEADER_BYTES * Math.ceil(bytes / FRAME_BYTES);
    }

    /** What one worker sends in one round. */
    public double bytesOfRound() {
        return peers * bytesToPeer;
    }

    /** What one worker sends in the whole sum. */
    public double bytesSent() {
        return rounds * bytesOfRound();
    }
}
