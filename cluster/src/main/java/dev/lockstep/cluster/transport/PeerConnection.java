package dev.lockstep.cluster.transport;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * An open data channel whose other end has proved who it is.
 *
 * @param channel in blocking mode
 * @param generation both ends belong to
 * @param peerRank the other end's rank
 * @param address the other end's host and port, for messages
 * @param cipher seals every frame, or null where frames travel in the clear
 * @param memory that both ends have mapped, or null where everything goes over the socket
 */
public record PeerConnection(
        SocketChannel channel,
        long generation,
        int peerRank,
        String address,
        @Nullable FrameCipher cipher,
        @Nullable SharedMemory memory) {
    /** Whether numbers go through memory that both ends have mapped. */
    public boolean sharesMemory() {
        return memory != null;
    }

    /** Closes the channel; a failure to do so is of no use to anyone. */
    public void close() {
        closeQuietly(channel);
    }

    static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException ignored) {
            // The channel is given up in any case.
        }
    }
}
