package dev.lockstep.core.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LocalCoordinatorTest {
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    private final RecordingObserver observer = new RecordingObserver();

    @Test
    void workersMeetSumPublishAndLeave() throws Exception {
        LocalCoordinator coordinator = new LocalCoordinator("meet", 3, GENEROUS, GENEROUS, observer);
        RankThreads.results(3, rank -> {
            try (Membership member = LocalCoordinator.member(coordinator.address(), rank)) {
                Generation generation = member.join(rank == 1 ? 7 : rank);
                assertThat(generation.number()).isEqualTo(1);
                assertThat(generation.sourceRank()).isEqualTo(1);
                assertThat(generation.sourceStep()).isEqualTo(7);
                float[] values = {rank};
                generation.group().allReduceSum(values, 1);
                assertThat(values[0]).isEqualTo(3);
                member.publish("{\"a\":1}");
                member.publish("{\"a\":2}");
                generation.group().barrier();
            }
            return null;
        });
        coordinator.close();
        assertThat(observer.events().get(0)).startsWith("formed 1 from 7");
        for (int rank = 0; rank < 3; rank++) {
            assertThat(observer.events())
                    .containsSubsequence("published " + rank + " {\"a\":1}", "published " + rank + " {\"a\":2}");
        }
        assertThat(coordinator.rejoins()).isZero();
        assertThatThrownBy(() -> LocalCoordinator.member("local:meet", 0)).isInstanceOf(AttemptEndedException.class);
    }

    @Test
    void aReplacedWorkerMakesTheOthersMeetAgain() throws Exception {
        LocalCoordinator coordinator = new LocalCoordinator("replace", 2, GENEROUS, GENEROUS, observer);
        RankThreads.results(2, rank -> {
            Membership member = LocalCoordinator.member(coordinator.address(), rank);
            Generation first = member.join(-1);
            assertThat(first.sourceStep()).isEqualTo(-1);
            if (rank == 1) {
                TimeUnit.MILLISECONDS.sleep(50);
                Membership replacement = LocalCoordinator.member(coordinator.address(), rank);
                assertThat(replacement.join(-1).sourceStep()).isEqualTo(4);
                assertThatThrownBy(() -> member.join(3)).isInstanceOf(AttemptEndedException.class);
                replacement.close();
            } else {
                assertThatThrownBy(() -> first.group().barrier()).isInstanceOf(PeerLostException.class);
                Generation second = member.join(4);
                assertThat(second.number()).isEqualTo(2);
                assertThat(second.sourceRank()).isZero();
                member.close();
            }
            return null;
        });
        assertThat(coordinator.generation()).isEqualTo(2);
        assertThat(coordinator.rejoins()).isEqualTo(1);
        coordinator.close();
        assertThat(observer.events()).anyMatch(event -> event.startsWith("lost 1"));
    }

    @Test
    void whoWaitsTooLongIsToldWhoIsMissing() {
        LocalCoordinator coordinator = new LocalCoordinator("late", 3, GENEROUS, Duration.ofMillis(300), observer);
        Membership member = LocalCoordinator.member(coordinator.address(), 1);
        assertThatThrownBy(() -> member.join(-1))
                .isInstanceOf(AttemptEndedException.class)
                .hasMessage("waited 0.300 s for workers: 2 of 3 missing (ranks 0, 2); have they enough executors?"
                        + " setting: cluster.join_seconds");
        coordinator.close();
    }

    @Test
    void theEndOfTheAttemptEndsEveryWait() throws Exception {
        LocalCoordinator coordinator = new LocalCoordinator("end", 3, GENEROUS, GENEROUS, observer);
        List<RankThreads.Outcome<Object>> outcomes = RankThreads.runAll(3, rank -> {
            Membership member = LocalCoordinator.member(coordinator.address(), rank);
            Generation generation = member.join(-1);
            if (rank == 2) {
                assertThat(member.stopRequested()).isFalse();
                coordinator.requestStop();
                assertThat(member.stopRequested()).isTrue();
                TimeUnit.MILLISECONDS.sleep(50);
                coordinator.end("enough");
                member.join(0);
            } else {
                generation.group().barrier();
            }
            return null;
        });
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.failure())
                .isInstanceOf(AttemptEndedException.class)
                .hasMessage("enough"));
        coordinator.close();
    }
}
