package dev.lockstep.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An update that breaks off, or that is another one than the expected, is refused wherever it is cut. */
@Tag("process")
@Timeout(60)
class PartialFrameTest {
    private static final byte[] SECRET = "a secret of the frames' tests".getBytes(StandardCharsets.UTF_8);
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int FRAME_ELEMENTS = FramedChannel.FRAME_BYTES / Float.BYTES;
    private static final int LENGTH = FRAME_ELEMENTS + 5_000;

    /** The bytes of one update, and what opens them. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Recorded(byte[] wire, int firstFrameBytes, PeerConnection receiver) {}

    private static float[] numbers() {
        float[] values = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            values[i] = i + 1;
        }
        return values;
    }

    private static Recorded record(boolean encrypt) throws Exception {
        DataTransport transport = DataTransport.sockets(encrypt);
        try (PeerListener accepting = new PeerListener("127.0.0.1", 0, SECRET, 0, transport, DEADLINE);
                PeerListener connecting = new PeerListener("127.0.0.1", 0, SECRET, 1, transport, DEADLINE)) {
            PeerConnection sender = connecting.connect("127.0.0.1", accepting.port(), 1, 0, DEADLINE);
            PeerConnection receiver = accepting.accept(1, 1, DEADLINE, () -> false);
            PeerChannel sending = PeerChannel.over(sender);
            sending.send(numbers(), 0, LENGTH);
            int overhead = FramedChannel.HEADER_BYTES + (encrypt ? FrameCipher.TAG_BYTES : 0);
            ByteBuffer wire = ByteBuffer.allocate(LENGTH * Float.BYTES + 2 * overhead);
            receiver.channel().configureBlocking(false);
            long end = System.nanoTime() + DEADLINE.toNanos();
            while (wire.hasRemaining()) {
                sending.progress();
                assertThat(receiver.channel().read(wire)).isNotNegative();
                assertThat(System.nanoTime()).isLessThan(end);
            }
            sender.close();
            receiver.close();
            return new Recorded(wire.array(), FramedChannel.FRAME_BYTES + overhead, receiver);
        }
    }

    /** Gives a new channel of the receiver these bytes, and then nothing more. */
    private static float[] receive(Recorded recorded, long generation, byte[]... parts) throws IOException {
        float[] values = new float[LENGTH];
        try (ServerSocketChannel middle = ServerSocketChannel.open()) {
            middle.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel wire = SocketChannel.open(middle.getLocalAddress());
            SocketChannel out = middle.accept();
            PeerConnection receiver = recorded.receiver();
            PeerChannel receiving = PeerChannel.over(
                    new PeerConnection(out, generation, 1, receiver.address(), receiver.cipher(), null));
            receiving.receive(values, 0, LENGTH);
            Thread sender = new Thread(() -> {
                try (wire) {
                    for (byte[] part : parts) {
                        for (ByteBuffer bytes = ByteBuffer.wrap(part); bytes.hasRemaining(); ) {
                            wire.write(bytes);
                        }
                    }
                } catch (IOException refused) {
                    // The receiver had seen enough.
                }
            });
            sender.start();
            try {
                long end = System.nanoTime() + DEADLINE.toNanos();
                while (receiving.isReceiving()) {
                    receiving.progress();
                    assertThat(System.nanoTime()).isLessThan(end);
                }
                return values;
            } catch (IOException refused) {
                throw new Refused(refused, values);
            } finally {
                receiving.close();
            }
        }
    }

    /** What was refused, and what had arrived by then. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient float[] arrived;

        Refused(IOException cause, float[] arrived) {
            super(cause.getMessage(), cause);
            this.arrived = arrived;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUpdateIsRefusedWhereverItIsCut(boolean encrypt) throws Exception {
        Recorded recorded = record(encrypt);
        int first = recorded.firstFrameBytes();
        int all = recorded.wire().length;
        assertThat(receive(recorded, 1, recorded.wire())).isEqualTo(numbers());
        List<Integer> cuts = new ArrayList<>(List.of(0, 1, 31, 32, 33, 32 + 1_000, first - 17, first - 1, first));
        cuts.addAll(List.of(first + 1, first + 31, first + 32, first + 1_000, all - 17, all - 16, all - 1));
        for (int cut : cuts) {
            byte[] part = Arrays.copyOf(recorded.wire(), cut);
            assertThatThrownBy(() -> receive(recorded, 1, part))
                    .as("cut after %d of %d bytes", cut, all)
                    .isInstanceOfSatisfying(Refused.class, refused -> {
                        int whole = cut >= first ? FRAME_ELEMENTS : 0;
                        float[] expected = Arrays.copyOf(Arrays.copyOf(numbers(), whole), LENGTH);
                        assertThat(refused.arrived)
                                .as("of a frame that is not whole nothing arrives")
                                .isEqualTo(expected);
                    })
                    .hasMessageContaining("closed the channel");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void framesOfAnotherPlaceInTheRunAreRefused(boolean encrypt) throws Exception {
        Recorded recorded = record(encrypt);
        byte[] first = Arrays.copyOf(recorded.wire(), recorded.firstFrameBytes());
        byte[] second = Arrays.copyOfRange(recorded.wire(), recorded.firstFrameBytes(), recorded.wire().length);
        assertThatThrownBy(() -> receive(recorded, 1, second, first)).hasMessageContaining("something else");
        assertThatThrownBy(() -> receive(recorded, 1, first, first)).hasMessageContaining("something else");
        assertThatThrownBy(() -> receive(recorded, 2, recorded.wire())).hasMessageContaining("generation 2/1");
    }

    /** Memory has no frames: the update is not complete, and the socket says that the other side is gone. */
    @Test
    void anUpdateThroughSharedMemoryIsRefusedWhereverItIsCut() throws Exception {
        PeerGroups.assumeSharedMemory();
        DataTransport transport = new DataTransport(false, true);
        int length = 3 * SharedMemory.RING_BYTES / Float.BYTES;
        for (int rounds = 0; rounds <= 2; rounds++) {
            try (PeerListener accepting = new PeerListener("127.0.0.1", 0, SECRET, 0, transport, DEADLINE);
                    PeerListener connecting = new PeerListener("127.0.0.1", 0, SECRET, 1, transport, DEADLINE)) {
                PeerChannel sending =
                        PeerChannel.over(connecting.connect("127.0.0.1", accepting.port(), 1, 0, DEADLINE));
                PeerChannel receiving = PeerChannel.over(accepting.accept(1, 1, DEADLINE, () -> false));
                sending.send(new float[length], 0, length);
                receiving.receive(new float[length], 0, length);
                for (int round = 0; round < rounds; round++) {
                    sending.progress();
                    receiving.progress();
                }
                sending.close();
                assertThatThrownBy(() -> completeOrFail(receiving))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("closed the channel");
                assertThat(receiving.isReceiving()).isTrue();
                receiving.close();
            }
        }
    }

    private static void completeOrFail(PeerChannel receiving) throws IOException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (receiving.isReceiving()) {
            receiving.prepareToWait();
            receiving.progress();
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }
}
