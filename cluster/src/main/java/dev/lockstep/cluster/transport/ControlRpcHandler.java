package dev.lockstep.cluster.transport;

import io.netty.util.AttributeKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands messages of Spark's network library to a listener. Reached by authenticated connections alone. */
final class ControlRpcHandler extends RpcHandler {
    /** Set by the first message that passes the authentication. */
    static final AttributeKey<ControlConnection> CONNECTION = AttributeKey.valueOf("lockstep.control.connection");

    private static final Logger LOG = LoggerFactory.getLogger(ControlRpcHandler.class);

    private final ControlListener listener;
    private final OneForOneStreamManager noStreams = new OneForOneStreamManager();

    private final byte[] secret;
    private final boolean server;

    ControlRpcHandler(ControlListener listener, byte[] secret, boolean server) {
        this.listener = listener;
        this.secret = secret.clone();
        this.server = server;
    }

    /** The connection object of a channel, made at first use. */
    ControlConnection connectionOf(TransportClient client) {
        ControlConnection known = client.getChannel().attr(CONNECTION).get();
        return known == null ? remember(client, new ControlConnection(client, new MessageSeal(secret, server))) : known;
    }

    private static ControlConnection remember(TransportClient client, ControlConnection made) {
        ControlConnection known = client.getChannel().attr(CONNECTION).setIfAbsent(made);
        return known == null ? made : known;
    }

    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
        callback.onFailure(new UnsupportedOperationException("control messages are one-way"));
    }

    @Override
    public void receive(TransportClient client, ByteBuffer message) {
        ControlConnection connection = connectionOf(client);
        byte[] bytes;
        try {
            bytes = connection.open(message);
        } catch (IOException forged) {
            LOG.warn("Closed the control connection {}: {}", connection.remoteAddress(), forged.getMessage());
            connection.close();
            return;
        }
        listener.received(connection, bytes);
    }

    @Override
    public StreamManager getStreamManager() {
        return noStreams;
    }

    @Override
    public void channelInactive(TransportClient client) {
        ControlConnection connection = client.getChannel().attr(CONNECTION).get();
        if (connection != null) {
            listener.closed(connection);
        }
    }

    @Override
    public void exceptionCaught(Throwable cause, TransportClient client) {
        LOG.debug("Control connection {} failed", client.getSocketAddress(), cause);
        var unused = client.getChannel().close();
    }
}
