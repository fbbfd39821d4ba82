package dev.lockstep.cluster.collective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.transport.PeerGroups;
import dev.lockstep.core.codec.CodecRun;
import dev.lockstep.core.codec.CodecRun.Seen;
import dev.lockstep.core.codec.CodecSpec;
import dev.lockstep.core.codec.Float16Codec;
import dev.lockstep.core.codec.ThresholdCodec;
import dev.lockstep.core.collective.LocalProcessGroup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("process")
class CodecTransportTest {
    private static final byte[] SECRET = "a secret of the test run".getBytes(StandardCharsets.UTF_8);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int ENCODED = 109_386;
    private static final int STEPS = 12;

    /** The same bits as through shared memory, and not more bytes than are said to be needed there. */
    @ParameterizedTest
    @CsvSource({"2, false", "3, false", "5, false", "3, true"})
    void theTransportChangesNoBit(int size, boolean encrypt) throws Exception {
        for (CodecSpec codec : List.of(new Float16Codec(), new ThresholdCodec(0.01))) {
            CodecRun.Gradients gradients = (rank, step) -> CodecRun.normal(77, rank, step, ENCODED, 1);
            List<Seen> local = CodecRun.run(LocalProcessGroup.create(size, DEADLINE), codec, ENCODED, STEPS, gradients);
            List<TcpProcessGroup> groups = PeerGroups.open(size, SECRET, encrypt, DEADLINE);
            List<Seen> remote = CodecRun.run(groups, codec, ENCODED, STEPS, gradients);
            groups.forEach(TcpProcessGroup::close);
            for (int rank = 0; rank < size; rank++) {
                for (int step = 0; step < STEPS; step++) {
                    assertThat(remote.get(rank).sums().get(step))
                            .isEqualTo(local.get(rank).sums().get(step));
                }
                assertThat(remote.get(rank).residual())
                        .isEqualTo(local.get(rank).residual());
                assertThat(remote.get(rank).shared()).isEqualTo(local.get(rank).shared());
                long encoded = local.get(rank).bytes().get(STEPS - 1);
                long sent = remote.get(rank).bytes().get(STEPS - 1);
                // Each block: a length in a frame of its own, then frames of up to 128 KiB; 48 bytes around each.
                long around = (size - 1) * 2 * (4 + 48) * 2 + encoded / (128 << 10) * 48;
                assertThat(sent).isBetween(encoded, encoded + around);
            }
            System.out.printf(
                    "%s, %d ranks: %d bytes a step of rank 0 (float32: %d)%n",
                    codec,
                    size,
                    remote.get(0).bytes().get(STEPS - 1),
                    size == 2 ? 4L * ENCODED : 8L * (size - 1) * ENCODED / size);
        }
    }
}
