package dev.lockstep.cluster.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.apache.spark.network.client.TransportClient;

/** One authenticated, encrypted control connection: small messages, in order, in both directions. Safe for several threads. */
public final class ControlConnection {
    /** The longest message that either side sends or accepts. */
    public static final int MAXIMUM_MESSAGE_BYTES = 1 << 20;

    private final TransportClient client;
    private final MessageSeal seal;

    ControlConnection(TransportClient client, MessageSeal seal) {
        this.client = client;
        this.seal = seal;
    }

    /**
     * Sends a message without waiting for it to leave. Whether it arrived shows only in the answer; a lost connection
     * is told to the listener.
     *
     * @throws IllegalArgumentException when it is longer than {@link #MAXIMUM_MESSAGE_BYTES}
     */
    public void send(byte[] message) {
        if (message.length > MAXIMUM_MESSAGE_BYTES) {
            throw new IllegalArgumentException("a control message of " + message.length
                    + " bytes is longer than the limit of " + MAXIMUM_MESSAGE_BYTES);
        }
        seal.send(message, bytes -> client.send(ByteBuffer.wrap(bytes)));
    }

    /**
     * Takes the seal off a message that came.
     *
     * @throws IOException when it was changed, left out or repeated on its way
     */
    byte[] open(ByteBuffer message) throws IOException {
        return seal.open(message);
    }

    /** The address of this side, as the other side can reach it. */
    public String localHost() {
        return host(client.getChannel().localAddress());
    }

    /** The address and port of the other side. */
    public String remoteAddress() {
        SocketAddress address = client.getChannel().remoteAddress();
        return address instanceof InetSocketAddress internet
                ? host(internet) + ":" + internet.getPort()
                : String.valueOf(address);
    }

    /** Closes the connection after the messages sent so far, without waiting. */
    public void close() {
        var unused = client.getChannel().close();
    }

    private static String host(SocketAddress address) {
        return address instanceof InetSocketAddress internet
                ? internet.getAddress().getHostAddress()
                : String.valueOf(address);
    }
}
