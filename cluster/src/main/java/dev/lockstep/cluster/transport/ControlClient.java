package dev.lockstep.cluster.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.util.TransportConf;

/** A worker's end of the control plane: one connection to the driver. */
public final class ControlClient implements AutoCloseable {
    private final TransportContext context;
    private final TransportClientFactory factory;
    private final ControlConnection connection;

    private ControlClient(TransportContext context, TransportClientFactory factory, ControlConnection connection) {
        this.context = context;
        this.factory = factory;
        this.connection = connection;
    }

    /**
     * Connects and proves the secret, in both directions.
     *
     * @param deadline for connecting, and again for authenticating
     * @throws IOException when the server cannot be reached or does not share the secret
     */
    public static ControlClient connect(
            String host, int port, byte[] secret, Duration deadline, ControlListener listener)
            throws IOException, InterruptedException {
        TransportConf configuration = ControlNetwork.configuration(deadline);
        ControlRpcHandler handler = new ControlRpcHandler(listener, secret, false);
        TransportContext context = new TransportContext(configuration, handler);
        TransportClientFactory factory = context.createClientFactory(List.of(
                new AuthClientBootstrap(configuration, ControlNetwork.APPLICATION, ControlNetwork.holder(secret))));
        try {
            TransportClient client = factory.createUnmanagedClient(host, port);
            ControlConnection connection = handler.connectionOf(client);
            if (!client.isActive()) {
                throw new IOException("the connection was closed as soon as it was open");
            }
            return new ControlClient(context, factory, connection);
        } catch (IOException | InterruptedException failure) {
            factory.close();
            context.close();
            throw failure;
        } catch (RuntimeException failure) {
            factory.close();
            context.close();
            throw new IOException("the server at " + host + ":" + port + " refused this worker", failure);
        }
    }

    /** The connection. */
    public ControlConnection connection() {
        return connection;
    }

    @Override
    public void close() {
        connection.close();
        factory.close();
        context.close();
    }
}
