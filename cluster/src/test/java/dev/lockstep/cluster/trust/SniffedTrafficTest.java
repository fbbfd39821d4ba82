package dev.lockstep.cluster.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.ForwardingProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Everything that goes over the network is recorded and searched for 16 bytes in a row of what was exchanged. */
@Tag("process")
@Timeout(60)
class SniffedTrafficTest {
    private static final int WORKERS = 2;
    private static final int EPOCHS = 3;
    private static final int FEWEST_DIFFERENT_BYTES = 6;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** 16 bytes that occur in what was exchanged, and hardly by chance. */
    private record Window(long first, long second) {}

    private final Set<Window> weights = new HashSet<>();
    private final Set<Window> gradients = ConcurrentHashMap.newKeySet();

    @Test
    void encryptedTrafficHoldsNeitherWeightsNorGradients() throws Exception {
        List<byte[]> traffic = record(true);
        assertThat(gradients).hasSizeGreaterThan(1_000);
        assertThat(found(weights, traffic)).isEmpty();
        assertThat(found(gradients, traffic)).isEmpty();
    }

    /** That the search finds what is there to be found. */
    @Test
    void clearTrafficHoldsThem() throws Exception {
        List<byte[]> traffic = record(false);
        assertThat(found(weights, traffic)).isEqualTo(weights);
        assertThat(found(gradients, traffic)).hasSizeGreaterThan(gradients.size() / 4);
    }

    private List<byte[]> record(boolean encrypt) throws Exception {
        addWindows(SocketTraining.constantPattern(100), 100, weights);
        assertThat(weights).hasSize(5);
        try (SocketTraining training = new SocketTraining(
                        WORKERS, EPOCHS, directory, DataTransport.sockets(encrypt), 30)
                .beginningWith((plan, seed) -> SocketTraining.constantPattern(plan.parameterCount()))
                .exchangingThrough(RecordingGroup::new)) {
            training.start().parametersSha256();
            List<byte[]> control = new ArrayList<>();
            List<byte[]> data = new ArrayList<>();
            for (int rank = 0; rank < WORKERS; rank++) {
                control.addAll(training.controlProxy(rank).passed());
                data.addAll(training.dataProxy(rank).passed());
            }
            assertThat(data.stream().mapToInt(bytes -> bytes.length).sum()).isGreaterThan(100_000);
            // The control plane is encrypted in any case, and the secret itself never travels.
            requireAbsent(control, List.of("\"kind\"", "heartbeat", "generation", "127.0.0."));
            List<byte[]> all = new ArrayList<>(control);
            all.addAll(data);
            requireAbsent(all, List.of(training.secret().hex()));
            requireAbsent(all, training.secret().bytes());
            return all;
        }
    }

    private static void requireAbsent(List<byte[]> traffic, List<String> texts) {
        texts.forEach(text -> requireAbsent(traffic, text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void requireAbsent(List<byte[]> traffic, byte[] wanted) {
        String text = new String(wanted, StandardCharsets.ISO_8859_1);
        for (byte[] bytes : traffic) {
            assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain(text);
        }
    }

    private static void addWindows(float[] values, int length, Set<Window> windows) {
        ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values, 0, length);
        for (int at = 0; at + 16 <= bytes.capacity(); at += Float.BYTES) {
            byte[] window = Arrays.copyOfRange(bytes.array(), at, at + 16);
            Set<Byte> different = new HashSet<>();
            for (byte each : window) {
                different.add(each);
            }
            if (different.size() >= FEWEST_DIFFERENT_BYTES) {
                windows.add(new Window(bytes.getLong(at), bytes.getLong(at + Long.BYTES)));
            }
        }
    }

    private static Set<Window> found(Set<Window> wanted, List<byte[]> traffic) {
        Set<Window> found = new HashSet<>();
        for (byte[] bytes : traffic) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = 0; at + 16 <= bytes.length; at++) {
                Window window = new Window(buffer.getLong(at), buffer.getLong(at + Long.BYTES));
                if (wanted.contains(window)) {
                    found.add(window);
                }
            }
        }
        return found;
    }

    /** Notes what is given to be summed. */
    private final class RecordingGroup extends ForwardingProcessGroup {
        RecordingGroup(ProcessGroup actual) {
            super(actual);
        }

        @Override
        public void allReduceSum(float[] values, int length) {
            addWindows(values, length, gradients);
            super.allReduceSum(values, length);
        }
    }
}
