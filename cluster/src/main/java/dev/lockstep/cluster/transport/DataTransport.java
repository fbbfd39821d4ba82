package dev.lockstep.cluster.transport;

/**
 * How workers exchange numbers; all workers of a run agree on it.
 *
 * @param encrypt whether what goes over the network is encrypted
 * @param sharedMemory whether workers on one host may use memory that both have mapped, where they can
 */
public record DataTransport(boolean encrypt, boolean sharedMemory) {
    /**
     * What a worker has beside the heap for each other worker, whether they turn out to share memory or not: a frame in
     * each direction, twice where they are sealed, and the two rings.
     */
    public long offHeapBytesAPeer() {
        long frames = 2L * (FramedChannel.HEADER_BYTES + FramedChannel.FRAME_BYTES + FrameCipher.TAG_BYTES);
        return frames + (encrypt ? 2L * FramedChannel.FRAME_BYTES : 0) + (sharedMemory ? SharedMemory.FILE_BYTES : 0);
    }

    /** Over sockets, wherever the workers are. */
    public static DataTransport sockets(boolean encrypt) {
        return new DataTransport(encrypt, false);
    }
}
