package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.transport.ControlClient;
import dev.lockstep.cluster.transport.ControlConnection;
import dev.lockstep.cluster.transport.ControlListener;
import dev.lockstep.cluster.transport.ControlServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Tells other hosts what time it is here, over the control plane that a run would use. A run compares no clocks of two
 * hosts; Kerberos and people who read logs do.
 */
public final class ReferenceClock implements AutoCloseable {
    private static final int QUESTIONS = 5;

    private final ControlServer server;

    /**
     * Binds at once.
     *
     * @param host address to bind
     * @param deadline for a connection to authenticate
     */
    public ReferenceClock(String host, RunSecret secret, Duration deadline) {
        server = new ControlServer(host, 0, secret.bytes(), deadline, new ControlListener() {
            @Override
            public void received(ControlConnection connection, byte[] message) {
                connection.send(ByteBuffer.allocate(Long.BYTES)
                        .putLong(System.currentTimeMillis())
                        .array());
            }

            @Override
            public void closed(ControlConnection connection) {
                // Whoever asks may leave.
            }
        });
    }

    /** The port it is bound to. */
    public int port() {
        return server.port();
    }

    /**
     * How far this host's clock is ahead of another's, to half of what the quickest answer took.
     *
     * @param deadline for connecting, and again for each answer
     * @throws IOException when it cannot be reached, or does not share the secret
     */
    public static double secondsAhead(String host, int port, RunSecret secret, Duration deadline)
            throws IOException, InterruptedException {
        BlockingQueue<Long> answers = new ArrayBlockingQueue<>(QUESTIONS);
        ControlListener listener = new ControlListener() {
            @Override
            public void received(ControlConnection connection, byte[] message) {
                // Refused where nobody asked so often.
                var unused = answers.offer(
                        message.length == Long.BYTES ? ByteBuffer.wrap(message).getLong() : 0L);
            }

            @Override
            public void closed(ControlConnection connection) {
                // The answer that is waited for does not come, and its deadline says so.
            }
        };
        try (ControlClient client = ControlClient.connect(host, port, secret.bytes(), deadline, listener)) {
            double ahead = 0;
            long quickest = Long.MAX_VALUE;
            for (int i = 0; i < QUESTIONS; i++) {
                long sent = System.currentTimeMillis();
                long started = System.nanoTime();
                client.connection().send(new byte[] {1});
                Long there = answers.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
                long took = System.nanoTime() - started;
                if (there == null) {
                    throw new IOException("the clock at " + host + ":" + port + " did not answer within "
                            + deadline.toSeconds() + " s");
                }
                if (took < quickest) {
                    quickest = took;
                    ahead = (sent + TimeUnit.NANOSECONDS.toMillis(took) / 2.0 - there) / 1e3;
                }
            }
            return ahead;
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
