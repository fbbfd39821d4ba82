package dev.lockstep.cluster.transport;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.TransportConf;

/** The driver's end of the control plane. Connections that cannot prove the run's secret never reach the listener. */
public final class ControlServer implements AutoCloseable {
    /** They cost a file descriptor and little memory each, for as long as the deadline. */
    private static final int MAXIMUM_STRANGERS = 1024;

    private final TransportContext context;
    private final TransportServer server;
    private final Set<ControlConnection> connections = ConcurrentHashMap.newKeySet();

    /**
     * Binds at once.
     *
     * @param host address to bind
     * @param port to bind; 0 for any
     * @param secret of the run
     * @param deadline for a connection to authenticate and send its first message
     */
    public ControlServer(String host, int port, byte[] secret, Duration deadline, ControlListener listener) {
        TransportConf configuration = ControlNetwork.configuration(deadline);
        UnprovenConnections<Channel> strangers = new UnprovenConnections<>(MAXIMUM_STRANGERS);
        TransportServerBootstrap guard = (channel, handler) -> {
            channel.pipeline().addFirst("lockstepGuard", new ConnectionGuard(deadline, strangers));
            return handler;
        };
        context = new TransportContext(configuration, new ControlRpcHandler(remembering(listener), secret, true));
        server = context.createServer(
                host, port, List.of(guard, new AuthServerBootstrap(configuration, ControlNetwork.holder(secret))));
    }

    private ControlListener remembering(ControlListener listener) {
        return new ControlListener() {
            @Override
            public void received(ControlConnection connection, byte[] message) {
                connections.add(connection);
                listener.received(connection, message);
            }

            @Override
            public void closed(ControlConnection connection) {
                connections.remove(connection);
                listener.closed(connection);
            }
        };
    }

    /** The port it is bound to. */
    public int port() {
        return server.getPort();
    }

    /** Closes the port and every connection, each after what was sent over it. */
    @Override
    public void close() {
        connections.forEach(ControlConnection::close);
        server.close();
        context.close();
    }
}
