package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.transport.ControlClient;
import dev.lockstep.cluster.transport.ControlConnection;
import dev.lockstep.cluster.transport.ControlListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Asks a {@link Coordinator} for the time, over the control plane that a run would use. A run compares no clocks of two
 * hosts; Kerberos and people who read logs do.
 */
public final class ReferenceClock {
    private static final int QUESTIONS = 5;

    private ReferenceClock() {}

    /**
     * How far this host's clock is ahead of another's, to half of what the quickest answer took.
     *
     * @param address what {@link Coordinator#address()} says
     * @param deadline for connecting, and again for each answer
     * @throws IOException when it cannot be reached, or does not share the secret
     */
    public static double secondsAhead(String address, RunSecret secret, Duration deadline)
            throws IOException, InterruptedException {
        BlockingQueue<Long> answers = new ArrayBlockingQueue<>(QUESTIONS);
        ControlListener listener = new ControlListener() {
            @Override
            public void received(ControlConnection connection, byte[] message) {
                try {
                    if (ControlMessage.decode(message) instanceof ControlMessage.Time time) {
                        // Refused where nobody asked so often.
                        var unused = answers.offer(time.milliseconds());
                    }
                } catch (IOException notOurs) {
                    connection.close();
                }
            }

            @Override
            public void closed(ControlConnection connection) {
                // The answer that is waited for does not come, and its deadline says so.
            }
        };
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        int port = Integer.parseInt(address.substring(colon + 1));
        byte[] question = new ControlMessage.AskTime().encode();
        try (ControlClient client = ControlClient.connect(host, port, secret.bytes(), deadline, listener)) {
            double ahead = 0;
            long quickest = Long.MAX_VALUE;
            for (int i = 0; i < QUESTIONS; i++) {
                long sent = System.currentTimeMillis();
                long started = System.nanoTime();
                client.connection().send(question);
                Long there = answers.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
                long took = System.nanoTime() - started;
                if (there == null) {
                    throw new IOException(
                            "the clock at " + address + " did not answer within " + deadline.toSeconds() + " s");
                }
                if (took < quickest) {
                    quickest = took;
                    ahead = (sent + TimeUnit.NANOSECONDS.toMillis(took) / 2.0 - there) / 1e3;
                }
            }
            return ahead;
        }
    }
}
