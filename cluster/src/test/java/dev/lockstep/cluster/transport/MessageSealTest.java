package dev.lockstep.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageSealTest {
    private static final byte[] SECRET = "the run's own secret".getBytes(StandardCharsets.UTF_8);

    private final List<byte[]> wire = new ArrayList<>();
    private final MessageSeal worker = new MessageSeal(SECRET, false);
    private final MessageSeal driver = new MessageSeal(SECRET, true);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatWasSealedOpensInOrder() throws IOException {
        worker.send(bytes("first"), wire::add);
        worker.send(bytes(""), wire::add);
        assertThat(driver.open(ByteBuffer.wrap(wire.get(0)))).isEqualTo(bytes("first"));
        assertThat(driver.open(ByteBuffer.wrap(wire.get(1)))).isEmpty();
    }

    @Test
    void anyChangedBitIsNoticed() {
        worker.send(bytes("message"), wire::add);
        byte[] original = wire.get(0);
        for (int bit = 0; bit < original.length * Byte.SIZE; bit++) {
            byte[] changed = original.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertThatThrownBy(() -> new MessageSeal(SECRET, true).open(ByteBuffer.wrap(changed)))
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> driver.open(ByteBuffer.wrap(new byte[MessageSeal.BYTES - 1])))
                .isInstanceOf(IOException.class);
    }

    @Test
    void repeatedOmittedAndReflectedMessagesAreNoticed() throws IOException {
        worker.send(bytes("first"), wire::add);
        worker.send(bytes("second"), wire::add);
        assertThatThrownBy(() -> new MessageSeal(SECRET, true).open(ByteBuffer.wrap(wire.get(1))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> worker.open(ByteBuffer.wrap(wire.get(0)))).isInstanceOf(IOException.class);
        driver.open(ByteBuffer.wrap(wire.get(0)));
        assertThatThrownBy(() -> driver.open(ByteBuffer.wrap(wire.get(0)))).isInstanceOf(IOException.class);
    }
}
