package dev.lockstep.cluster.transport;

/**
 * How workers exchange numbers; all workers of a run agree on it.
 *
 * @param encrypt whether what goes over the network is encrypted
 * @param sharedMemory whether workers on one host may use memory that both have mapped, where they can
 */
public record DataTransport(boolean encrypt, boolean sharedMemory) {
    /** Over sockets, wherever the workers are. */
    public static DataTransport sockets(boolean encrypt) {
        return new DataTransport(encrypt, false);
    }
}
