package dev.lockstep.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class SharedMemoryChannelTest {
    private static final byte[] SECRET = "a secret of the memory's tests".getBytes(StandardCharsets.UTF_8);
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final DataTransport SHARING = new DataTransport(false, true);

    private Set<Path> before;
    private PeerListener accepting;
    private PeerListener connecting;
    private PeerConnection left;
    private PeerConnection right;

    @BeforeAll
    static void requireMemory() {
        PeerGroups.assumeSharedMemory();
    }

    @BeforeEach
    void connect() throws Exception {
        before = names();
        connect(SHARING, SHARING);
    }

    private void connect(DataTransport own, DataTransport other) throws Exception {
        accepting = new PeerListener("127.0.0.1", 0, SECRET, 0, own, DEADLINE);
        connecting = new PeerListener("127.0.0.1", 0, SECRET, 1, other, DEADLINE);
        right = connecting.connect("127.0.0.1", accepting.port(), 1, 0, DEADLINE);
        left = accepting.accept(1, 1, DEADLINE, () -> false);
    }

    @AfterEach
    void close() {
        left.close();
        right.close();
        accepting.close();
        connecting.close();
    }

    private static Set<Path> names() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("lockstep-"))
                    .collect(Collectors.toSet());
        }
    }

    private static void complete(PeerChannel... channels) throws IOException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (Arrays.stream(channels).anyMatch(channel -> channel.isSending() || channel.isReceiving())) {
            for (PeerChannel channel : channels) {
                channel.progress();
            }
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    @Test
    void bothEndsMapTheMemoryAndItsNameIsGone() throws Exception {
        assertThat(left.memory()).isNotNull();
        assertThat(right.memory()).isNotNull();
        assertThat(names()).isEqualTo(before);
    }

    @Test
    void aSideThatMayNotShareIsReachedBySockets() throws Exception {
        for (List<DataTransport> sides : List.of(
                List.of(SHARING, DataTransport.sockets(false)), List.of(DataTransport.sockets(false), SHARING))) {
            close();
            connect(sides.get(0), sides.get(1));
            assertThat(left.memory()).isNull();
            assertThat(right.memory()).isNull();
            assertThat(names()).isEqualTo(before);
        }
    }

    @Test
    void numbersOfEveryKindAndLengthArrive() throws Exception {
        PeerChannel one = PeerChannel.over(left);
        PeerChannel other = PeerChannel.over(right);
        for (int length : new int[] {1, 2, 3, 7, 8, 9, 8_191, 65_535, 65_536, 65_537, 300_001}) {
            float[] floats = new float[length + 3];
            double[] doubles = new double[length + 1];
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                floats[i + 3] = i + 0.5f;
                doubles[i] = -i / 3.0;
                bytes[i] = (byte) (i * 31);
            }
            float[] receivedFloats = new float[length + 5];
            double[] receivedDoubles = new double[length + 1];
            byte[] receivedBytes = new byte[length];
            one.send(floats, 3, length);
            other.receive(receivedFloats, 5, length);
            other.send(doubles, 0, length);
            one.receive(receivedDoubles, 0, length);
            complete(one, other);
            one.send(bytes, 0, length);
            other.receive(receivedBytes, 0, length);
            complete(one, other);
            assertThat(Arrays.equals(receivedFloats, 5, length + 5, floats, 3, length + 3))
                    .isTrue();
            assertThat(Arrays.equals(receivedDoubles, doubles)).isTrue();
            assertThat(Arrays.equals(receivedBytes, bytes)).isTrue();
        }
        assertThat(one.bytesSent()).isGreaterThan(300_001L * (Float.BYTES + 1));
    }

    @Test
    void aSleeperIsWokenByWhatItWaitsFor() throws Exception {
        PeerChannel one = PeerChannel.over(left);
        PeerChannel other = PeerChannel.over(right);
        float[] received = new float[4];
        other.receive(received, 0, 4);
        assertThat(other.progress()).isFalse();
        try (Selector selector = Selector.open()) {
            int operations = other.prepareToWait();
            assertThat(operations).isEqualTo(SelectionKey.OP_READ);
            other.socket().register(selector, operations);
            assertThat(selector.selectNow()).isZero();
            one.send(new float[] {1, 2, 3, 4}, 0, 4);
            complete(one);
            assertThat(selector.select(DEADLINE.toMillis())).isEqualTo(1);
            complete(other);
        }
        assertThat(received).containsExactly(1, 2, 3, 4);
        other.receive(received, 0, 4);
        one.send(received, 0, 4);
        complete(one);
        assertThat(other.prepareToWait())
                .as("something has come before it said that it waits")
                .isZero();
        complete(other);
    }

    @Test
    void aPeerThatClosesIsNoticedAfterItsLastNumbers() throws Exception {
        PeerChannel one = PeerChannel.over(left);
        PeerChannel other = PeerChannel.over(right);
        one.send(new float[] {1, 2}, 0, 2);
        complete(one);
        one.close();
        float[] received = new float[2];
        other.receive(received, 0, 2);
        other.prepareToWait();
        complete(other);
        assertThat(received).containsExactly(1, 2);
        other.receive(received, 0, 2);
        other.prepareToWait();
        assertThatThrownBy(() -> complete(other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void anotherTransferThanTheExpectedOneIsRefused() throws Exception {
        PeerChannel one = PeerChannel.over(left);
        PeerChannel other = PeerChannel.over(right);
        one.send(new float[] {1, 2}, 0, 2);
        other.receive(new double[2], 0, 2);
        assertThatThrownBy(() -> complete(one, other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("number size 8/4")
                .hasMessageContaining("the workers' calls differ");
    }

    @Test
    void memoryOfAnotherTokenOrSizeIsNotOpened() throws Exception {
        Path place = SharedMemory.place(new byte[32]);
        try {
            SharedMemory.create(place, new byte[32]);
            byte[] otherToken = new byte[32];
            otherToken[31] = 1;
            assertThatThrownBy(() -> SharedMemory.open(place, otherToken))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not that of the other side");
            assertThatThrownBy(() -> SharedMemory.create(place, otherToken)).isInstanceOf(IOException.class);
        } finally {
            SharedMemory.remove(place);
        }
        assertThatThrownBy(() -> SharedMemory.open(place, new byte[32])).isInstanceOf(NoSuchFileException.class);
        Files.write(place, new byte[100]);
        try {
            assertThatThrownBy(() -> SharedMemory.open(place, new byte[32]))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("100 bytes");
        } finally {
            SharedMemory.remove(place);
        }
    }
}
