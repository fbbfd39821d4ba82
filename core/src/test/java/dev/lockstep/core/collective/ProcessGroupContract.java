package dev.lockstep.core.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every process group must do, whatever carries it. */
public abstract class ProcessGroupContract {
    private static final Duration GENEROUS = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(1);

    /** A new group, one member a rank in rank order, all in this JVM. */
    protected abstract List<? extends ProcessGroup> open(int size, Duration deadline) throws Exception;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void sumsAreTheTreesSumsToTheBitOnEveryRank(int size) throws Exception {
        int[] lengths = {0, 1, 2, size - 1, size, size + 1, 1000, 70_001};
        List<? extends ProcessGroup> groups = open(size, GENEROUS);
        RankThreads.results(size, rank -> {
            ProcessGroup group = groups.get(rank);
            assertThat(group.rank()).isEqualTo(rank);
            assertThat(group.size()).isEqualTo(size);
            for (int length : lengths) {
                float[] floats = Arrays.copyOf(SumOracle.floats(rank, length), length + 3);
                double[] doubles = Arrays.copyOf(SumOracle.doubles(rank, length), length + 3);
                floats[length + 1] = rank;
                group.allReduceSum(floats, length);
                group.allReduceSum(doubles, length);
                assertThat(Arrays.copyOf(floats, length)).isEqualTo(SumOracle.floatSums(size, length));
                assertThat(Arrays.copyOf(doubles, length)).isEqualTo(SumOracle.doubleSums(size, length));
                assertThat(floats[length + 1]).isEqualTo(rank);
            }
            return null;
        });
        groups.forEach(ProcessGroup::close);
    }

    /** Ranges are first, last and middle ones, long ones, and ones so short that some ranks sum nothing of them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void whatIsOfferedEarlyIsSummedAllTheSame(int size) throws Exception {
        int length = 300_001;
        int[][] offers = {
            {}, {200_000, 300_000, 100_000, 150_000}, {0, 100_000}, {299_999, 300_001, 299_998, 299_999}, {0, length}
        };
        List<? extends ProcessGroup> groups = open(size, GENEROUS);
        RankThreads.results(size, rank -> {
            ProcessGroup group = groups.get(rank);
            for (int[] ranges : offers) {
                for (int round = 0; round < 2; round++) {
                    float[] values = Arrays.copyOf(SumOracle.floats(rank, length), length + 2);
                    for (int i = 0; i < ranges.length; i += 2) {
                        group.offer(values, ranges[i], ranges[i + 1]);
                    }
                    group.allReduceSum(values, length);
                    assertThat(Arrays.equals(values, 0, length, SumOracle.floatSums(size, length), 0, length))
                            .as("offered %s", Arrays.toString(ranges))
                            .isTrue();
                    double[] doubles = SumOracle.doubles(rank, 100);
                    group.allReduceSum(doubles, 100);
                    assertThat(doubles).isEqualTo(SumOracle.doubleSums(size, 100));
                }
            }
            return null;
        });
        groups.forEach(ProcessGroup::close);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void broadcastCopiesTheRootsValues(int size) throws Exception {
        List<? extends ProcessGroup> groups = open(size, GENEROUS);
        RankThreads.results(size, rank -> {
            for (int root = 0; root < size; root++) {
                for (int length : new int[] {0, 1, 50_000}) {
                    float[] floats = SumOracle.floats(rank, length);
                    double[] doubles = SumOracle.doubles(rank, length);
                    groups.get(rank).broadcast(floats, length, root);
                    groups.get(rank).broadcast(doubles, length, root);
                    assertThat(floats).isEqualTo(SumOracle.floats(root, length));
                    assertThat(doubles).isEqualTo(SumOracle.doubles(root, length));
                }
            }
            return null;
        });
        groups.forEach(ProcessGroup::close);
    }

    /** A block for every pair of ranks, told apart by its bytes, empty and large ones among them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void everyRankGetsTheBytesThatEveryOtherHasForIt(int size) throws Exception {
        int limit = 700_000;
        List<? extends ProcessGroup> groups = open(size, GENEROUS);
        RankThreads.results(size, rank -> {
            ByteBlock[] outgoing = ByteBlock.array(size);
            ByteBlock[] incoming = ByteBlock.array(size);
            for (int round = 0; round < 4; round++) {
                long before = groups.get(rank).bytesSent();
                long payload = 0;
                for (int peer = 0; peer < size; peer++) {
                    byte[] block = block(rank, peer, round);
                    System.arraycopy(block, 0, outgoing[peer].reserve(block.length), 0, block.length);
                    payload += peer == rank ? 0 : block.length;
                }
                groups.get(rank).exchange(outgoing, incoming, limit);
                assertThat(groups.get(rank).bytesSent() - before).isGreaterThanOrEqualTo(payload);
                for (int peer = 0; peer < size; peer++) {
                    if (peer != rank) {
                        assertThat(Arrays.copyOf(incoming[peer].bytes(), incoming[peer].length()))
                                .isEqualTo(block(peer, rank, round));
                    }
                }
                assertThat(incoming[rank].length()).isZero();
                float[] sums = {rank};
                groups.get(rank).allReduceSum(sums, 1);
                assertThat(sums[0]).isEqualTo(size * (size - 1) / 2f);
            }
            return null;
        });
        groups.forEach(ProcessGroup::close);
    }

    private static byte[] block(int from, int to, int round) {
        int[] lengths = {0, 1, 5_000, 300_000 + 70_000 * from};
        byte[] bytes = new byte[lengths[(from + 2 * to + round) % lengths.length]];
        new Random(from * 1000L + to * 10L + round).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aBlockBeyondTheLimitIsRefusedByAll() throws Exception {
        List<? extends ProcessGroup> groups = open(2, GENEROUS);
        List<RankThreads.Outcome<Object>> outcomes = RankThreads.runAll(2, rank -> {
            ByteBlock[] outgoing = ByteBlock.array(2);
            outgoing[1].reserve(101);
            groups.get(rank).exchange(outgoing, ByteBlock.array(2), 100);
            groups.get(rank).barrier();
            return null;
        });
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.failure()).isInstanceOf(PeerLostException.class));
        groups.forEach(ProcessGroup::close);
    }

    @Test
    void noRankLeavesABarrierBeforeAllHaveCome() throws Exception {
        int size = 3;
        List<? extends ProcessGroup> groups = open(size, GENEROUS);
        CountDownLatch come = new CountDownLatch(size);
        RankThreads.results(size, rank -> {
            TimeUnit.MILLISECONDS.sleep(rank * 30L);
            come.countDown();
            groups.get(rank).barrier();
            assertThat(come.getCount()).isZero();
            return null;
        });
        groups.forEach(ProcessGroup::close);
    }

    @Test
    void ranksMayArriveAtAnyTime() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ranksMayArriveAtAnyTime: seed " + seed);
        int size = 4;
        int rounds = 60;
        List<? extends ProcessGroup> groups = open(size, GENEROUS);
        RankThreads.results(size, rank -> {
            Random sizes = new Random(seed);
            Random pauses = new Random(seed + 1 + rank);
            for (int round = 0; round < rounds; round++) {
                int length = sizes.nextInt(30_000);
                int kind = sizes.nextInt(4);
                int root = sizes.nextInt(size);
                if (pauses.nextInt(4) == 0) {
                    TimeUnit.MICROSECONDS.sleep(pauses.nextInt(3_000));
                }
                float[] floats = SumOracle.floats(rank, length);
                if (kind == 0) {
                    groups.get(rank).broadcast(floats, length, root);
                    assertThat(floats).isEqualTo(SumOracle.floats(root, length));
                } else if (kind == 1) {
                    groups.get(rank).barrier();
                } else {
                    groups.get(rank).allReduceSum(floats, length);
                    assertThat(floats).isEqualTo(SumOracle.floatSums(size, length));
                }
            }
            return null;
        });
        groups.forEach(ProcessGroup::close);
    }

    @Test
    void whenAPeerLeavesInTheMiddleEveryoneElseLosesIt() throws Exception {
        int size = 4;
        List<? extends ProcessGroup> groups = open(size, GENEROUS);
        List<RankThreads.Outcome<Object>> outcomes = RankThreads.runAll(size, rank -> {
            float[] values = SumOracle.floats(rank, 20_000);
            for (int round = 0; round < 50; round++) {
                if (rank == 2 && round == 20) {
                    groups.get(rank).close();
                    return null;
                }
                groups.get(rank).allReduceSum(values, values.length);
            }
            return null;
        });
        assertThat(outcomes.get(2).failure()).isNull();
        for (int rank : new int[] {0, 1, 3}) {
            assertThat(outcomes.get(rank).failure()).isInstanceOf(PeerLostException.class);
            assertThatThrownBy(() -> groups.get(rank).barrier()).isInstanceOf(PeerLostException.class);
        }
        groups.forEach(ProcessGroup::close);
    }

    @Test
    void whenAPeerDoesNotComeTheOthersSayWhoAndWhichSettingGovernsIt() throws Exception {
        int size = 3;
        List<? extends ProcessGroup> groups = open(size, SHORT);
        List<RankThreads.Outcome<Object>> outcomes = RankThreads.runAll(size, rank -> {
            if (rank != 1) {
                groups.get(rank).allReduceSum(new double[1000], 1000);
            }
            return null;
        });
        long naming = List.of(0, 2).stream()
                .map(rank -> outcomes.get(rank).failure())
                .peek(failure -> assertThat(failure).isInstanceOf(PeerLostException.class))
                .map(String::valueOf)
                .filter(text -> text.contains("rank 1") && text.contains("cluster.stall_seconds"))
                .count();
        // Of two that wait for the same rank, the second may be told that the first has given up.
        assertThat(naming).isPositive();
        groups.forEach(ProcessGroup::close);
    }

    @Test
    void anInterruptedRankGivesUpAndTheOthersWithIt() throws Exception {
        int size = 2;
        List<? extends ProcessGroup> groups = open(size, GENEROUS);
        List<RankThreads.Outcome<Object>> outcomes = RankThreads.runAll(size, rank -> {
            if (rank == 0) {
                Thread.currentThread().interrupt();
                try {
                    groups.get(0).barrier();
                } finally {
                    assertThat(Thread.interrupted()).isTrue();
                }
            } else {
                TimeUnit.MILLISECONDS.sleep(200);
                groups.get(1).barrier();
                groups.get(1).barrier();
            }
            return null;
        });
        assertThat(outcomes.get(0).failure()).isInstanceOf(PeerLostException.class);
        assertThat(outcomes.get(1).failure()).isInstanceOf(PeerLostException.class);
        groups.forEach(ProcessGroup::close);
    }

    @Test
    void callsThatDifferAreNoticed() throws Exception {
        List<? extends ProcessGroup> groups = open(2, GENEROUS);
        List<RankThreads.Outcome<Object>> outcomes = RankThreads.runAll(2, rank -> {
            groups.get(rank).allReduceSum(new float[100 + rank], 100 + rank);
            return null;
        });
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.failure()).isInstanceOf(PeerLostException.class));
        assertThatThrownBy(() -> groups.get(0).allReduceSum(new float[1], 2))
                .isInstanceOf(IllegalArgumentException.class);
        groups.forEach(ProcessGroup::close);
    }
}
