package dev.lockstep.cluster.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Two ends of a connection within this process. */
record SocketPair(SocketChannel stranger, SocketChannel own) implements AutoCloseable {
    static ServerSocketChannel server() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    static SocketPair of(ServerSocketChannel server) throws IOException {
        SocketChannel stranger = SocketChannel.open(server.getLocalAddress());
        // Thousands of connections would else leave as many ports that nobody may use for a minute.
        stranger.setOption(StandardSocketOptions.SO_LINGER, 0);
        return new SocketPair(stranger, server.accept());
    }

    /** The stranger says something and then nothing any more. It must fit into the socket's buffer. */
    void say(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            stranger.write(buffer);
        }
        stranger.shutdownOutput();
    }

    @Override
    public void close() {
        PeerConnection.closeQuietly(own);
        PeerConnection.closeQuietly(stranger);
    }
}
