package dev.lockstep.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.collective.PeerLostException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class PeerListenerTest {
    private static final byte[] SECRET = "the run's own secret".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "somebody else's secret".getBytes(StandardCharsets.UTF_8);
    private static final Duration GENEROUS = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(1_500);
    private static final int READ_DEADLINE_MILLISECONDS = 20_000;

    private PeerListener listener;

    @BeforeEach
    void listen() throws Exception {
        listener = new PeerListener("127.0.0.1", 0, SECRET, 0, DataTransport.sockets(false), SHORT);
    }

    @AfterEach
    void close() {
        listener.close();
    }

    private PeerListener peer(byte[] secret, boolean encrypt) throws IOException {
        return new PeerListener("127.0.0.1", 0, secret, 1, DataTransport.sockets(encrypt), SHORT);
    }

    private void aRightfulPeerStillGetsIn() throws Exception {
        try (PeerListener rightful = peer(SECRET, false)) {
            PeerConnection connection = rightful.connect("127.0.0.1", listener.port(), 9, 0, GENEROUS);
            PeerConnection accepted = listener.accept(9, 1, GENEROUS, () -> false);
            assertThat(accepted.peerRank()).isEqualTo(1);
            assertThat(connection.generation()).isEqualTo(9);
            connection.close();
            accepted.close();
        }
    }

    @Test
    void strangersAreClosedWithinTheDeadlineAndDisturbNobody() throws Exception {
        long seed = System.nanoTime();
        System.out.println("strangersAreClosed: seed " + seed);
        Random random = new Random(seed);
        byte[] garbage = new byte[500];
        random.nextBytes(garbage);
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), listener.port());
                Socket garbled = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            garbled.getOutputStream().write(garbage);
            aRightfulPeerStillGetsIn();
            for (Socket stranger : new Socket[] {silent, garbled}) {
                stranger.setSoTimeout(READ_DEADLINE_MILLISECONDS);
                assertThat(endsWithoutAnswer(stranger)).isTrue();
            }
        }
    }

    /** More than are looked at at once, from the very address of the peer. */
    @Test
    void aPeerGetsInThoughStrangersHoldEveryPlace() throws Exception {
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < 600; i++) {
                strangers.add(new Socket(InetAddress.getLoopbackAddress(), listener.port()));
            }
            aRightfulPeerStillGetsIn();
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    /** Whether the other side closes without having sent a byte; a reset is a close. */
    private static boolean endsWithoutAnswer(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void anotherSecretIsRefusedByBothSides() throws Exception {
        try (PeerListener stranger = peer(OTHER, false)) {
            assertThatThrownBy(() -> stranger.connect("127.0.0.1", listener.port(), 1, 0, GENEROUS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("does not share the run's secret");
            assertThatThrownBy(() -> listener.accept(1, 1, SHORT, () -> false)).isInstanceOf(TimeoutException.class);
        }
        aRightfulPeerStillGetsIn();
    }

    @Test
    void whoCannotProveTheSecretIsNotAccepted() throws Exception {
        // Says the right first bytes, gets the challenge, and plays back the other side's proof.
        try (Socket replaying = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            replaying.setSoTimeout(READ_DEADLINE_MILLISECONDS);
            ByteBuffer hello = ByteBuffer.allocate(60);
            hello.putLong(0x4C4F434B53544550L).putLong(1).putInt(1).putInt(0).putInt(0);
            replaying.getOutputStream().write(hello.array());
            byte[] answer = replaying.getInputStream().readNBytes(64);
            assertThat(answer).hasSize(64);
            replaying.getOutputStream().write(answer, 32, 32);
            assertThat(endsWithoutAnswer(replaying)).isTrue();
        }
        assertThatThrownBy(() -> listener.accept(1, 1, SHORT, () -> false)).isInstanceOf(TimeoutException.class);
        aRightfulPeerStillGetsIn();
    }

    @Test
    void oldGenerationsAndDifferentEncryptionAreRefused() throws Exception {
        listener.refuseBefore(5);
        try (PeerListener late = peer(SECRET, false);
                PeerListener encrypting = peer(SECRET, true)) {
            assertThatThrownBy(() -> late.connect("127.0.0.1", listener.port(), 4, 0, GENEROUS))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> late.connect("127.0.0.1", listener.port(), 5, 3, GENEROUS))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> encrypting.connect("127.0.0.1", listener.port(), 5, 0, GENEROUS))
                    .isInstanceOf(IOException.class);
        }
        aRightfulPeerStillGetsIn();
    }

    @Test
    void waitingForAPeerEndsWhenItIsGivenUp() {
        assertThatThrownBy(() -> listener.accept(1, 1, GENEROUS, () -> true)).isInstanceOf(PeerLostException.class);
    }

    @Test
    void aFrameChangedOnItsWayIsRefused() throws Exception {
        for (boolean encrypt : new boolean[] {false, true}) {
            for (int position : new int[] {0, 8, 16, 30, 40}) {
                assertThatThrownBy(() -> receiveDamaged(encrypt, position)).isInstanceOf(IOException.class);
            }
            receiveDamaged(encrypt, -1);
        }
    }

    /** Sends one frame through a man in the middle who changes one byte of it. */
    private void receiveDamaged(boolean encrypt, int position) throws Exception {
        try (PeerListener accepting =
                        new PeerListener("127.0.0.1", 0, SECRET, 0, DataTransport.sockets(encrypt), SHORT);
                PeerListener connecting = peer(SECRET, encrypt);
                ServerSocketChannel middle = ServerSocketChannel.open()) {
            PeerConnection sender = connecting.connect("127.0.0.1", accepting.port(), 1, 0, GENEROUS);
            PeerConnection receiver = accepting.accept(1, 1, GENEROUS, () -> false);
            middle.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel wire = SocketChannel.open(middle.getLocalAddress());
            SocketChannel out = middle.accept();
            PeerChannel sending = PeerChannel.over(sender);
            PeerChannel receiving = PeerChannel.over(
                    new PeerConnection(out, 1, receiver.peerRank(), receiver.address(), receiver.cipher(), null));
            sending.send(new float[] {1, 2, 3}, 0, 3);
            float[] values = new float[3];
            receiving.receive(values, 0, 3);
            long end = System.nanoTime() + GENEROUS.toNanos();
            while (sending.isSending() && System.nanoTime() < end) {
                sending.progress();
            }
            ByteBuffer frame = ByteBuffer.allocate(32 + 12 + (encrypt ? 16 : 0));
            while (frame.hasRemaining() && receiver.channel().read(frame) >= 0) {
                assertThat(System.nanoTime()).isLessThan(end);
            }
            if (position >= 0) {
                frame.put(position, (byte) (frame.get(position) ^ 1));
            }
            wire.write(frame.flip());
            try {
                while (receiving.isReceiving() && System.nanoTime() < end) {
                    receiving.progress();
                }
                assertThat(values).containsExactly(1, 2, 3);
            } finally {
                sending.close();
                receiving.close();
                receiver.close();
                wire.close();
            }
        }
    }
}
