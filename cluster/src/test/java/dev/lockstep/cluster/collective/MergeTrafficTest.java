package dev.lockstep.cluster.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.cluster.transport.PeerGroups;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.plan.MergeTraffic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan takes for the bytes of a sum is what the channels send. */
@Tag("process")
class MergeTrafficTest {
    private static final byte[] SECRET = "a secret of the test run".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @CsvSource({
        "2, 1",
        "2, 32768",
        "2, 32769",
        "2, 1000000",
        "3, 100",
        "3, 8192",
        "3, 8193",
        "3, 99999",
        "4, 5461",
        "4, 5462",
        "4, 400000"
    })
    void theModelSendsTheBytesThatTheChannelsSend(int size, int length) throws Exception {
        List<TcpProcessGroup> groups = PeerGroups.open(size, SECRET, false, Duration.ofSeconds(30));
        RankThreads.results(size, rank -> {
            groups.get(rank).allReduceSum(new float[length], length);
            return null;
        });
        long sent = groups.stream().mapToLong(TcpProcessGroup::bytesSent).sum();
        groups.forEach(TcpProcessGroup::close);

        MergeTraffic traffic = MergeTraffic.of(size, (long) length * Float.BYTES);
        // Chunks differ by one number where the length is no multiple of the ranks: on the mean, none is lost.
        assertThat((double) sent / size).isCloseTo(traffic.bytesSent(), within(1e-6));
    }
}
