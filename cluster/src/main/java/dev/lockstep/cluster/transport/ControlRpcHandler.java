package dev.lockstep.cluster.transport;

import io.netty.util.AttributeKey;
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

    ControlRpcHandler(ControlListener listener) {
        this.listener = listener;
    }

    /** The connection object of a channel, made at first use. */
    static ControlConnection connectionOf(TransportClient client) {
        ControlConnection made = new ControlConnection(client);
        ControlConnection known = client.getChannel().attr(CONNECTION).setIfAbsent(made);
        return known == null ? made : known;
    }

    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
        callback.onFailure(new UnsupportedOperationException("control messages are one-way"));
    }

    @Override
    public void receive(TransportClient client, ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        listener.received(connectionOf(client), bytes);
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
