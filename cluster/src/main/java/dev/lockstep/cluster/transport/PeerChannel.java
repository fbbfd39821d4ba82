package dev.lockstep.cluster.transport;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * Numbers to and from one peer, without blocking and without allocating. The caller sets at most one transfer in each
 * direction and then calls {@link #progress()} until both are done; both sides must agree on the transfers.
 */
public interface PeerChannel {
    /** The way to a peer: memory that both map where they could agree on it, else frames over the socket. */
    static PeerChannel over(PeerConnection connection) throws IOException {
        connection.channel().configureBlocking(false);
        SharedMemory memory = connection.memory();
        return memory == null ? new FramedChannel(connection) : new SharedMemoryChannel(connection, memory);
    }

    /** The peer's rank. */
    int peerRank();

    /** The peer's host and port, for messages. */
    String address();

    /** The socket to the peer: for registration with a selector. */
    SocketChannel socket();

    /** Bytes that have left, headers included. */
    long bytesSent();

    /** What goes out next. */
    Transfer sending();

    /** What comes in next. */
    Transfer receiving();

    /** Sets what goes out next. */
    default void send(float[] values, int offset, int count) {
        sending().start(values, offset, count);
    }

    /** Sets what goes out next. */
    default void send(double[] values, int offset, int count) {
        sending().start(values, offset, count);
    }

    /** Sets what goes out next. */
    default void send(byte[] values, int offset, int count) {
        sending().start(values, offset, count);
    }

    /** Sets what comes in next, and where to. */
    default void receive(float[] values, int offset, int count) {
        receiving().start(values, offset, count);
    }

    /** Sets what comes in next, and where to. */
    default void receive(double[] values, int offset, int count) {
        receiving().start(values, offset, count);
    }

    /** Sets what comes in next, and where to. */
    default void receive(byte[] values, int offset, int count) {
        receiving().start(values, offset, count);
    }

    /** Whether something still has to go out. */
    boolean isSending();

    /** Whether something still has to come in. */
    boolean isReceiving();

    /**
     * Moves what can be moved without waiting.
     *
     * @return whether any byte moved
     * @throws IOException when the peer is gone or what it sent is not what had to come
     */
    boolean progress() throws IOException;

    /**
     * Asks to be told by the socket when something can move again.
     *
     * @return the {@link java.nio.channels.SelectionKey operations} of the socket to wait for; 0 when something can move
     *     already
     */
    int prepareToWait();

    /** Closes the channel. */
    void close();
}
