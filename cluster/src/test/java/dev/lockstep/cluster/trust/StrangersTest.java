package dev.lockstep.cluster.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.cluster.membership.Member;
import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.cluster.transport.ControlClient;
import dev.lockstep.cluster.transport.ControlConnection;
import dev.lockstep.cluster.transport.ControlListener;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.cluster.transport.PeerListener;
import dev.lockstep.core.collective.AttemptEndedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every port of a run in progress is attacked; the training ends with the bits of an undisturbed one. */
@Tag("process")
@Timeout(120)
class StrangersTest {
    private static final int WORKERS = 3;
    private static final int EPOCHS = 40;
    private static final int LAST_STEPS = 20;
    private static final double STALL_SECONDS = 4;
    private static final int FLOOD = 300;
    private static final int READ_DEADLINE_MILLISECONDS = 30_000;
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final ControlListener DEAF = new ControlListener() {
        @Override
        public void received(ControlConnection connection, byte[] message) {}

        @Override
        public void closed(ControlConnection connection) {}
    };

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final CountDownLatch attacked = new CountDownLatch(1);
    private final List<Socket> strangers = new ArrayList<>();

    @Test
    void aTrainingThatIsAttackedEndsWithTheBitsOfAnUndisturbedOne() throws Exception {
        String expected = SocketTraining.undisturbed(WORKERS, EPOCHS, directory.resolve("undisturbed"));
        try (SocketTraining training = new SocketTraining(
                        WORKERS, EPOCHS, directory.resolve("attacked"), DataTransport.sockets(false), STALL_SECONDS)
                .beforeEachStep(new Pace())) {
            training.start();
            training.awaitStep(10);
            // What is recorded up to here belongs to a generation that is over soon.
            training.dataProxy(0).breakAfter(500);
            training.awaitEvent("formed 2 ");
            training.awaitStep(30);
            long steps = training.steps();
            attackEveryPort(training);
            attackWithTheSecretOfAnother(training);
            attackWithTheSecretButFromAnOldGeneration(training);
            requireAllClosed();
            assertThat(training.steps()).as("it went on meanwhile").isGreaterThan(steps);
            attacked.countDown();
            assertThat(training.parametersSha256()).isEqualTo(expected);
            assertThat(training.rejoins()).isEqualTo(1);
            assertThat(training.events()).noneMatch(event -> event.startsWith("lost") || event.startsWith("evicted"));
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    /** A millisecond a step; the last ones wait for the end of the attacks, on all ranks before they exchange. */
    private final class Pace implements Runnable {
        private final Map<Thread, AtomicInteger> steps = new ConcurrentHashMap<>();

        @Override
        public void run() {
            int step = steps.computeIfAbsent(Thread.currentThread(), unused -> new AtomicInteger())
                    .incrementAndGet();
            try {
                TimeUnit.MILLISECONDS.sleep(1);
                if (step == EPOCHS * 10 - LAST_STEPS) {
                    assertThat(attacked.await(60, TimeUnit.SECONDS)).isTrue();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void attackEveryPort(SocketTraining training) throws IOException {
        long seed = System.nanoTime();
        System.out.println("attackEveryPort: seed " + seed);
        byte[] garbage = new byte[3_000];
        new Random(seed).nextBytes(garbage);
        byte[] plain = "{\"kind\":\"hello\",\"rank\":0,\"attempt\":9,\"size\":3}".getBytes(StandardCharsets.UTF_8);
        byte[] asSparkSendsIt = ByteBuffer.allocate(13 + plain.length)
                .putLong(13 + plain.length)
                .put((byte) 9)
                .putInt(plain.length)
                .put(plain)
                .array();
        for (int port : ports(training)) {
            attack(port, new byte[0]);
            attack(port, garbage);
            attack(port, asSparkSendsIt);
            attack(port, ByteBuffer.allocate(8).putLong(1L << 31).array());
            for (int i = 0; i < FLOOD; i++) {
                strangers.add(connected(port));
            }
        }
        for (int rank = 0; rank < WORKERS; rank++) {
            for (byte[] sent : training.controlProxy(rank).sentByConnecting()) {
                attack(training.coordinatorPort(), sent);
            }
            for (byte[] sent : training.dataProxy(rank).sentByConnecting()) {
                attack(training.dataProxy(rank).port(), sent);
                drip(training.dataProxy(rank).port(), sent);
            }
        }
    }

    private static List<Integer> ports(SocketTraining training) {
        List<Integer> ports = new ArrayList<>(List.of(training.coordinatorPort()));
        for (int rank = 0; rank < WORKERS; rank++) {
            ports.add(training.dataProxy(rank).port());
        }
        return ports;
    }

    /** From an address of its own, as another machine would be. */
    private static Socket connected(int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress("127.0.0.9", 0));
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return socket;
    }

    private void attack(int port, byte[] bytes) throws IOException {
        Socket socket = connected(port);
        strangers.add(socket);
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException closedAlready) {
            // All the better.
        }
    }

    /** The right bytes of another connection, one a while. */
    private void drip(int port, byte[] bytes) throws IOException {
        Socket socket = connected(port);
        strangers.add(socket);
        Thread thread = new Thread(() -> {
            try {
                for (byte each : bytes) {
                    socket.getOutputStream().write(each);
                    TimeUnit.MILLISECONDS.sleep(150);
                }
            } catch (IOException | InterruptedException closed) {
                // As it should be.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void attackWithTheSecretOfAnother(SocketTraining training) throws Exception {
        byte[] other = RunSecret.random().bytes();
        assertThatThrownBy(() -> ControlClient.connect("127.0.0.1", training.coordinatorPort(), other, DEADLINE, DEAF))
                .isInstanceOf(IOException.class);
        MembershipSettings settings = training.settings();
        MembershipSettings strange = new MembershipSettings(
                WORKERS, RunSecret.of(other), "127.0.0.1", STALL_SECONDS, 60, settings.transport());
        assertThatThrownBy(() -> Member.connect("127.0.0.1:" + training.coordinatorPort(), 1, 9, strange))
                .isInstanceOf(AttemptEndedException.class);
        try (PeerListener stranger =
                new PeerListener("127.0.0.1", 0, other, 2, DataTransport.sockets(false), DEADLINE)) {
            assertThatThrownBy(() ->
                            stranger.connect("127.0.0.1", training.dataProxy(0).port(), 2, 0, DEADLINE))
                    .isInstanceOf(IOException.class);
        }
    }

    private static void attackWithTheSecretButFromAnOldGeneration(SocketTraining training) throws Exception {
        try (PeerListener late = new PeerListener(
                "127.0.0.1", 0, training.secret().bytes(), 2, DataTransport.sockets(false), DEADLINE)) {
            assertThatThrownBy(() ->
                            late.connect("127.0.0.1", training.dataProxy(0).port(), 1, 0, DEADLINE))
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> Member.connect("127.0.0.1:" + training.coordinatorPort(), 1, -1, training.settings()))
                .isInstanceOf(AttemptEndedException.class)
                .hasMessageContaining("attempt 0 of rank 1 is already there");
    }

    private void requireAllClosed() throws IOException {
        for (Socket stranger : strangers) {
            stranger.setSoTimeout(READ_DEADLINE_MILLISECONDS);
            assertThat(answerBytes(stranger)).isLessThan(1_000);
        }
    }

    /** Until the other side closes, or fails the test by a time-out. */
    private static int answerBytes(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes().length;
        } catch (SocketException reset) {
            return 0;
        }
    }
}
