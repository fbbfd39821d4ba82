package dev.lockstep.cluster.collective;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.cluster.transport.PeerGroups;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.ProcessGroupContract;
import dev.lockstep.core.collective.RankThreads;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class TcpProcessGroupTest extends ProcessGroupContract {
    private static final byte[] SECRET = "a secret of the test run".getBytes(StandardCharsets.UTF_8);
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    /** How the groups of these tests are connected. */
    DataTransport transport() {
        return DataTransport.sockets(false);
    }

    @Override
    protected List<TcpProcessGroup> open(int size, Duration deadline) throws Exception {
        return PeerGroups.open(size, SECRET, transport(), deadline);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void vectorsMuchLargerThanTheSocketBuffersDoNotBlockEachOther(int size) throws Exception {
        int length = (64 << 20) / Float.BYTES + 5;
        List<? extends ProcessGroup> groups = open(size, GENEROUS);
        RankThreads.results(size, rank -> {
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = (rank + 1) * (i % 1000);
            }
            groups.get(rank).allReduceSum(values, length);
            int factor = size * (size + 1) / 2;
            for (int i = 0; i < length; i++) {
                if (values[i] != factor * (i % 1000)) {
                    throw new AssertionError("element " + i + " is " + values[i]);
                }
            }
            return null;
        });
        groups.forEach(ProcessGroup::close);
    }

    @Test
    void abortingWakesABlockedRank() throws Exception {
        for (boolean attemptEnded : new boolean[] {false, true}) {
            List<TcpProcessGroup> groups = open(2, GENEROUS);
            List<RankThreads.Outcome<Object>> outcomes = RankThreads.runAll(2, rank -> {
                if (rank == 0) {
                    groups.get(0).barrier();
                } else {
                    TimeUnit.MILLISECONDS.sleep(100);
                    groups.get(0).abort("because", attemptEnded);
                }
                return null;
            });
            assertThat(outcomes.get(0).failure())
                    .isInstanceOf(attemptEnded ? AttemptEndedException.class : PeerLostException.class)
                    .hasMessage("because");
            groups.forEach(ProcessGroup::close);
        }
    }

    @Test
    void aSumAllocatesNothingAfterTheFirst() throws Exception {
        List<? extends ProcessGroup> groups = open(3, GENEROUS);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 300;
        List<Long> allocated = RankThreads.<Long>results(3, rank -> {
                    float[] values = new float[100_000];
                    for (int round = 0; round < rounds; round++) {
                        groups.get(rank).allReduceSum(values, values.length);
                    }
                    long before = threads.getThreadAllocatedBytes(
                            Thread.currentThread().getId());
                    for (int round = 0; round < rounds; round++) {
                        groups.get(rank).allReduceSum(values, values.length);
                    }
                    return threads.getThreadAllocatedBytes(
                                    Thread.currentThread().getId())
                            - before;
                })
                .stream()
                .map(bytes -> bytes == null ? Long.MAX_VALUE : bytes)
                .toList();
        System.out.println("bytes allocated in " + rounds + " sums of 400,000 bytes, a rank: " + allocated);
        // The JDK's selector allocates a little where a rank has to block; buffers would be 800,000 bytes a sum.
        assertThat(allocated).allSatisfy(bytes -> assertThat(bytes).isLessThan(rounds * 2_000L));
        assertThat(groups.get(0).bytesSent()).isGreaterThan(2L * rounds * 400_000);
        groups.forEach(ProcessGroup::close);
    }
}
