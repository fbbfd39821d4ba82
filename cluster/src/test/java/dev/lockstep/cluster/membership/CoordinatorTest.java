package dev.lockstep.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.cluster.transport.ControlClient;
import dev.lockstep.cluster.transport.ControlConnection;
import dev.lockstep.cluster.transport.ControlListener;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.Generation;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.collective.RecordingObserver;
import dev.lockstep.core.collective.SumOracle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("process")
@Timeout(90)
class CoordinatorTest {
    private static final ControlListener DEAF = new ControlListener() {
        @Override
        public void received(ControlConnection connection, byte[] message) {}

        @Override
        public void closed(ControlConnection connection) {}
    };

    private final RecordingObserver observer = new RecordingObserver();

    private static MembershipSettings settings(int size, double stallSeconds, double joinSeconds) {
        return new MembershipSettings(
                size, RunSecret.random(), "127.0.0.1", stallSeconds, joinSeconds, DataTransport.sockets(false));
    }

    @Test
    void workersMeetSumPublishAndLeave() throws Exception {
        MembershipSettings settings = settings(3, 20, 20);
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            RankThreads.results(3, rank -> {
                try (Member member = Member.connect(coordinator.address(), rank, 0, settings)) {
                    Generation generation = member.join(rank == 0 ? 3 : 5);
                    assertThat(generation.number()).isEqualTo(1);
                    assertThat(generation.sourceRank()).isEqualTo(1);
                    assertThat(generation.sourceStep()).isEqualTo(5);
                    float[] values = SumOracle.floats(rank, 10_000);
                    generation.group().allReduceSum(values, values.length);
                    assertThat(values).isEqualTo(SumOracle.floatSums(3, values.length));
                    for (int i = 0; i < 200; i++) {
                        member.publish("{\"i\":" + i + "}");
                    }
                    generation.group().barrier();
                }
                return null;
            });
            // Leaving returned, so the observer has everything.
            List<String> events = observer.events();
            assertThat(events).hasSize(601);
            assertThat(events.get(0)).isEqualTo("formed 1 from 5: the run begins");
            for (int rank = 0; rank < 3; rank++) {
                String prefix = "published " + rank + " ";
                List<String> own = events.stream()
                        .filter(event -> event.startsWith(prefix))
                        .toList();
                for (int i = 0; i < 200; i++) {
                    assertThat(own.get(i)).isEqualTo(prefix + "{\"i\":" + i + "}");
                }
            }
            assertThat(coordinator.rejoins()).isZero();
        }
    }

    @Test
    void aNewerWorkerReplacesTheOlderOneAndWakesTheOthers() throws Exception {
        MembershipSettings settings = settings(2, 60, 60);
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            CountDownLatch replaced = new CountDownLatch(1);
            RankThreads.results(2, rank -> {
                Member member = Member.connect(coordinator.address(), rank, 0, settings);
                Generation first = member.join(-1);
                assertThat(first.sourceStep()).isEqualTo(-1);
                if (rank == 1) {
                    Member replacement = Member.connect(coordinator.address(), 1, 1, settings);
                    Generation second = replacement.join(-1);
                    assertThat(second.number()).isEqualTo(2);
                    assertThat(second.sourceRank()).isZero();
                    assertThatThrownBy(() -> member.join(7))
                            .isInstanceOf(AttemptEndedException.class)
                            .hasMessageContaining("replaced by attempt 1");
                    member.publish("{\"from\":\"the old one\"}");
                    assertThatThrownBy(() -> Member.connect(coordinator.address(), 1, 0, settings))
                            .isInstanceOf(AttemptEndedException.class)
                            .hasMessageContaining("attempt 1 of rank 1 is already there");
                    member.close();
                    second.group().barrier();
                    replacement.close();
                } else {
                    // Blocked in an exchange, with a stall deadline far away.
                    assertThatThrownBy(() -> first.group().barrier()).isInstanceOf(PeerLostException.class);
                    Generation second = member.join(4);
                    assertThat(second.sourceStep()).isEqualTo(4);
                    second.group().barrier();
                    member.close();
                }
                replaced.countDown();
                return null;
            });
            assertThat(coordinator.generation()).isEqualTo(2);
            assertThat(coordinator.rejoins()).isEqualTo(1);
            assertThat(observer.events()).anyMatch(event -> event.startsWith("lost 1: it was replaced"));
            assertThat(observer.events()).noneMatch(event -> event.contains("the old one"));
        }
    }

    @Test
    void whoWaitsTooLongIsToldWhoIsMissing() {
        MembershipSettings settings = settings(3, 20, 1);
        try (Coordinator coordinator = new Coordinator(settings, observer);
                Member member = Member.connect(coordinator.address(), 1, 0, settings)) {
            assertThatThrownBy(() -> member.join(-1))
                    .isInstanceOf(AttemptEndedException.class)
                    .hasMessage("waited 1 s for workers: 2 of 3 missing (ranks 0, 2); have they enough executors?"
                            + " setting: cluster.join_seconds");
            assertThatThrownBy(() -> Member.connect(coordinator.address(), 0, 0, settings))
                    .isInstanceOf(AttemptEndedException.class)
                    .hasMessageContaining("waited 1 s");
        }
    }

    @Test
    void theEndOfTheAttemptEndsEveryWaitAndAStopIsSeen() throws Exception {
        MembershipSettings settings = settings(3, 30, 30);
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            List<RankThreads.Outcome<Object>> outcomes = RankThreads.runAll(3, rank -> {
                Member member = Member.connect(coordinator.address(), rank, 0, settings);
                try {
                    Generation generation = member.join(-1);
                    if (rank == 2) {
                        coordinator.requestStop();
                        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
                        while (!member.stopRequested() && System.nanoTime() < end) {
                            TimeUnit.MILLISECONDS.sleep(5);
                        }
                        assertThat(member.stopRequested()).isTrue();
                        coordinator.end("enough");
                        member.join(0);
                    } else {
                        try {
                            generation.group().barrier();
                        } catch (PeerLostException lost) {
                            // The other's broken connection came before the coordinator's word.
                            member.join(0);
                        }
                    }
                } finally {
                    member.close();
                }
                return null;
            });
            assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.failure())
                    .isInstanceOf(AttemptEndedException.class)
                    .hasMessage("enough"));
        }
    }

    @Test
    void workersEndWithTheirCoordinator() throws Exception {
        MembershipSettings settings = settings(2, 30, 30);
        Coordinator coordinator = new Coordinator(settings, observer);
        Member member = Member.connect(coordinator.address(), 0, 0, settings);
        List<RankThreads.Outcome<Object>> outcomes = RankThreads.runAll(2, rank -> {
            if (rank == 0) {
                member.join(-1);
            } else {
                TimeUnit.MILLISECONDS.sleep(200);
                coordinator.close();
            }
            return null;
        });
        assertThat(outcomes.get(0).failure()).isInstanceOf(AttemptEndedException.class);
        assertThatThrownBy(() -> Member.connect(coordinator.address(), 1, 0, settings))
                .isInstanceOf(AttemptEndedException.class)
                .hasMessageContaining("could not reach the coordinator");
        member.close();
    }

    @Test
    void aSilentWorkerIsEvictedAndTheRunGoesOnWithItsReplacement() throws Exception {
        MembershipSettings settings = settings(2, 1, 30);
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            String[] place = coordinator.address().split(":", -1);
            // Connected and authenticated, but without a heartbeat, as a process that was paused.
            ControlClient silent = ControlClient.connect(
                    place[0], Integer.parseInt(place[1]), settings.secret().bytes(), Duration.ofSeconds(5), DEAF);
            silent.connection().send(new ControlMessage.Hello(1, 0, 2).encode());
            awaitEvent("lost 1: it was silent for 1 s; setting: cluster.stall_seconds");
            RankThreads.results(2, rank -> {
                try (Member member = Member.connect(coordinator.address(), rank, 1, settings)) {
                    member.join(-1).group().barrier();
                }
                return null;
            });
            silent.close();
        }
    }

    @Test
    void aWorkerStuckInItsStepIsEvictedThoughItsHeartGoesOn() throws Exception {
        MembershipSettings settings = settings(2, 1, 30);
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            CountDownLatch evicted = new CountDownLatch(1);
            RankThreads.results(2, rank -> {
                Member member = Member.connect(coordinator.address(), rank, 0, settings);
                Generation generation = member.join(-1);
                if (rank == 1) {
                    assertThat(evicted.await(30, TimeUnit.SECONDS)).isTrue();
                    assertThatThrownBy(() -> member.join(-1))
                            .isInstanceOf(AttemptEndedException.class)
                            .hasMessageContaining("evicted");
                    try (Member replacement = Member.connect(coordinator.address(), 1, 1, settings)) {
                        assertThat(replacement.join(-1).sourceStep()).isEqualTo(8);
                    }
                } else {
                    assertThatThrownBy(() -> generation.group().barrier())
                            .isInstanceOf(PeerLostException.class)
                            .hasMessageContaining("rank 1 (127.0.0.1:");
                    RankThreads.results(2, which -> {
                        if (which == 0) {
                            assertThat(member.join(8).number()).isEqualTo(2);
                        } else {
                            awaitEvent("lost 1: it did not come when the workers had to meet again");
                            evicted.countDown();
                        }
                        return null;
                    });
                }
                member.close();
                return null;
            });
        }
    }

    /** A worker is lost when others have seen the end already: they do not come back, and nobody waits for them long. */
    @Test
    void whoeverWaitsForAWorkerThatHasLeftIsToldSoon() throws Exception {
        MembershipSettings settings = settings(2, 1, 600);
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            CountDownLatch left = new CountDownLatch(1);
            List<RankThreads.Outcome<Object>> outcomes = RankThreads.runAll(2, rank -> {
                Member member = Member.connect(coordinator.address(), rank, 0, settings);
                member.join(-1);
                if (rank == 1) {
                    member.close();
                    left.countDown();
                } else {
                    assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
                    member.join(7);
                }
                return null;
            });
            assertThat(outcomes.get(0).failure())
                    .isInstanceOf(AttemptEndedException.class)
                    .hasMessageContainingAll("rank 1 has left", "goes on from the latest checkpoint");
        }
    }

    /**
     * Workers that all died have no step to show, however far they had come: whether meeting leads anywhere is for the
     * driver to say, who hears of the steps.
     */
    @Test
    void anyNumberOfMeetingsFromTheBeginningIsBorne() throws Exception {
        MembershipSettings settings = settings(2, 20, 0.5);
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            List<RankThreads.Outcome<Object>> outcomes = RankThreads.runAll(2, rank -> {
                try (Member member = Member.connect(coordinator.address(), rank, 0, settings)) {
                    while (true) {
                        Generation generation = member.join(-1);
                        TimeUnit.MILLISECONDS.sleep(50);
                        if (generation.number() > 15) {
                            coordinator.end("enough");
                        }
                        generation.group().close();
                    }
                }
            });
            assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.failure())
                    .isInstanceOf(AttemptEndedException.class)
                    .hasMessage("enough"));
        }
    }

    private void awaitEvent(String start) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (observer.events().stream().noneMatch(event -> event.startsWith(start))) {
            assertThat(System.nanoTime()).as("waiting for: " + start).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void strangersWithTheSecretButNonsenseToSayDisturbNobody() throws Exception {
        MembershipSettings settings = settings(1, 20, 20);
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            String[] place = coordinator.address().split(":", -1);
            for (String nonsense :
                    List.of("", "{}", "{\"kind\":\"unknown\"}", "{\"kind\":\"hello\"}", "\u0000\u0001")) {
                ControlClient stranger = ControlClient.connect(
                        place[0], Integer.parseInt(place[1]), settings.secret().bytes(), Duration.ofSeconds(5), DEAF);
                stranger.connection().send(nonsense.getBytes(StandardCharsets.UTF_8));
                stranger.close();
            }
            MembershipSettings other = settings(1, 3, 3);
            assertThatThrownBy(() -> Member.connect(coordinator.address(), 0, 0, other))
                    .isInstanceOf(AttemptEndedException.class);
            MembershipSettings larger =
                    new MembershipSettings(2, settings.secret(), "127.0.0.1", 20, 20, DataTransport.sockets(false));
            assertThatThrownBy(() -> Member.connect(coordinator.address(), 1, 0, larger))
                    .isInstanceOf(AttemptEndedException.class)
                    .hasMessageContaining("this run has 1 workers");
            try (Member member = Member.connect(coordinator.address(), 0, 0, settings)) {
                assertThat(member.join(-1).number()).isEqualTo(1);
            }
        }
        assertThat(observer.events()).containsExactly("formed 1 from -1: the run begins");
    }

    @Test
    void workersThatComeAndGoAtRandomEndWithTheRightSums() throws Exception {
        long seed = System.nanoTime();
        System.out.println("workersThatComeAndGoAtRandom: seed " + seed);
        int size = 3;
        int steps = 120;
        MembershipSettings settings = settings(size, 20, 30);
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            List<float[]> sums = RankThreads.<float[]>results(size, rank -> {
                        Random random = new Random(seed + rank);
                        RestartingWorker worker =
                                new RestartingWorker(coordinator.address(), rank, 0, settings, steps, line -> {});
                        return worker.run(() -> random.nextInt(60) == 0, random);
                    })
                    .stream()
                    .map(values -> values == null ? new float[0] : values)
                    .toList();
            for (float[] values : sums) {
                assertThat(values).isEqualTo(RestartingWorker.expected(size, steps));
            }
        }
        System.out.println("workersThatComeAndGoAtRandom: generations " + generations(observer));
    }

    private static long generations(RecordingObserver observer) {
        return observer.events().stream()
                .filter(event -> event.startsWith("formed"))
                .count();
    }
}
