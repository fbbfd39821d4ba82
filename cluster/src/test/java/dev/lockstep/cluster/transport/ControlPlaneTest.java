package dev.lockstep.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("process")
@Timeout(60)
class ControlPlaneTest {
    private static final byte[] SECRET = "the run's own secret".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "somebody else's secret".getBytes(StandardCharsets.UTF_8);
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final int READ_DEADLINE_MILLISECONDS = 20_000;

    private final Recorder atServer = new Recorder();
    private ControlServer server;

    /** Keeps what came. */
    private static final class Recorder implements ControlListener {
        final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        final BlockingQueue<ControlConnection> senders = new LinkedBlockingQueue<>();
        final BlockingQueue<ControlConnection> closed = new LinkedBlockingQueue<>();

        @Override
        public void received(ControlConnection connection, byte[] message) {
            messages.add(new String(message, StandardCharsets.UTF_8));
            senders.add(connection);
        }

        @Override
        public void closed(ControlConnection connection) {
            closed.add(connection);
        }

        String next() throws InterruptedException {
            return String.valueOf(messages.poll(20, TimeUnit.SECONDS));
        }
    }

    @BeforeEach
    void serve() {
        server = new ControlServer("127.0.0.1", 0, SECRET, DEADLINE, atServer);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private ControlClient connect(byte[] secret, ControlListener listener) throws Exception {
        return ControlClient.connect("127.0.0.1", server.port(), secret, DEADLINE, listener);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void messagesGoBothWaysInOrderAndALostConnectionIsNoticedOnBothSides() throws Exception {
        Recorder atClient = new Recorder();
        try (ControlClient client = connect(SECRET, atClient)) {
            for (int i = 0; i < 100; i++) {
                client.connection().send(bytes("message " + i));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(atServer.next()).isEqualTo("message " + i);
            }
            byte[] large = new byte[ControlConnection.MAXIMUM_MESSAGE_BYTES];
            client.connection().send(large);
            assertThat(atServer.next()).hasSize(large.length);
            assertThatThrownBy(() -> client.connection().send(new byte[large.length + 1]))
                    .isInstanceOf(IllegalArgumentException.class);
            ControlConnection sender = atServer.senders.take();
            sender.send(bytes("answer"));
            assertThat(atClient.next()).isEqualTo("answer");
            sender.close();
            assertThat(atClient.closed.poll(20, TimeUnit.SECONDS)).isSameAs(client.connection());
            assertThat(atServer.closed.poll(20, TimeUnit.SECONDS)).isSameAs(sender);
        }
        try (ControlClient second = connect(SECRET, atClient)) {
            second.connection().send(bytes("hello"));
            assertThat(atServer.next()).isEqualTo("hello");
        }
        assertThat(atServer.closed.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void theWrongSecretIsRefused() throws Exception {
        assertThatThrownBy(() -> connect(OTHER, new Recorder())).isInstanceOf(IOException.class);
        theRightOneStillWorks();
        assertThat(atServer.messages).isEmpty();
    }

    @Test
    void silenceAndGarbageAreClosedAndDisturbNobody() throws Exception {
        long seed = System.nanoTime();
        System.out.println("silenceAndGarbage: seed " + seed);
        byte[] garbage = new byte[2000];
        new Random(seed).nextBytes(garbage);
        // Every first byte but zero announces more than the limit.
        garbage[0] = 1;
        byte[] tooLong = ByteBuffer.allocate(16).putLong(100 << 20).array();
        byte[] unauthenticated = ByteBuffer.allocate(8 + 1 + 4 + 5)
                .putLong(18)
                .put((byte) 9)
                .putInt(5)
                .put(bytes("hello"))
                .array();
        for (byte[] first : new byte[][] {{}, garbage, tooLong, unauthenticated}) {
            try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                stranger.getOutputStream().write(first);
                theRightOneStillWorks();
                stranger.setSoTimeout(READ_DEADLINE_MILLISECONDS);
                assertThat(isClosed(stranger)).isTrue();
            }
        }
        assertThat(atServer.messages).isEmpty();
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes().length < 1000;
        } catch (SocketException reset) {
            return true;
        }
    }

    private void theRightOneStillWorks() throws Exception {
        try (ControlClient client = connect(SECRET, new Recorder())) {
            client.connection().send(bytes("hello"));
            assertThat(atServer.next()).isEqualTo("hello");
        }
    }
}
