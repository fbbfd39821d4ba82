package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class RunJournalTest {
    private final List<String> lines = new ArrayList<>();
    private final List<ObjectNode> shown = new ArrayList<>();
    private final RunJournal journal = new RunJournal(lines::add, shown::add, 2);

    private static String epoch(int number, double loss) {
        return "{\"event\":\"epoch\",\"epoch\":" + number + ",\"loss\":" + loss + "}";
    }

    @Test
    void anEpochThatEveryRankTellsIsKeptOnce() {
        journal.published(1, epoch(1, 0.5));
        journal.published(0, epoch(1, 0.5));
        journal.published(0, epoch(2, 0.4));

        assertThat(lines).hasSize(2).allMatch(line -> line.contains("\"time\""));
        assertThat(Objects.requireNonNull(journal.lastEpoch()).path("epoch").asInt())
                .isEqualTo(2);
    }

    @Test
    void anEpochOfAnEarlierProcessIsNotKeptAgain() {
        journal.published(0, epoch(1, 0.5));
        RunJournal next = new RunJournal(lines::add, shown::add, 2);
        next.takeUp(List.of(Objects.requireNonNull(journal.lastEpoch())));
        next.published(0, epoch(1, 0.5));

        assertThat(lines).hasSize(1);
    }

    @Test
    void progressIsShownAndTheTestFiguresAreKept() {
        journal.published(0, "{\"event\":\"progress\",\"step_in_epoch\":7}");
        assertThat(lines).isEmpty();
        assertThat(shown).hasSize(1);

        journal.published(0, "{\"event\":\"test\",\"loss\":0.1}");
        journal.published(1, "{\"event\":\"test\",\"loss\":0.1}");
        assertThat(lines).hasSize(1);
        assertThat(Objects.requireNonNull(journal.test()).path("loss").asDouble())
                .isEqualTo(0.1);
    }

    @Test
    void splitsAreKeptOnceARunAndShownOnceAProcess() {
        String splits = "{\"event\":\"splits\",\"train\":{\"samples\":5,\"class_counts\":[2,3]},\"validation\":null,"
                + "\"test\":null,\"warnings\":[]}";
        journal.published(0, splits);
        journal.published(0, splits);
        assertThat(lines).hasSize(1);
        assertThat(shown).hasSize(1);

        RunJournal next = new RunJournal(lines::add, shown::add, 2);
        next.takeUp(List.of(Objects.requireNonNull(journal.splits())));
        assertThat(Objects.requireNonNull(next.splits())
                        .path("train")
                        .path("samples")
                        .asInt())
                .isEqualTo(5);
        next.published(0, splits);
        assertThat(lines).hasSize(1);
        assertThat(shown).hasSize(2);
    }

    @Test
    void anEvictedWorkersExecutorIsNamedOnce() {
        List<String> stalled = new ArrayList<>();
        journal.onStalledExecutor(stalled::add);
        journal.published(1, "{\"event\":\"worker_started\",\"executor\":\"7\"}");

        journal.memberEvicted(0, "silent");
        journal.memberEvicted(1, "silent");
        journal.memberEvicted(1, "silent");

        assertThat(stalled).containsExactly("7");
    }

    @Test
    void aFailedWorkerIsPassedOnWithItsRank() {
        List<String> reasons = new ArrayList<>();
        journal.onWorkerFailure(reasons::add);
        journal.published(3, "{\"event\":\"worker_failed\",\"message\":\"no such file\"}");

        assertThat(reasons).containsExactly("rank 3: no such file");
        assertThat(lines).isEmpty();
    }

    @Test
    void theWaitForWorkersEndsWhenAGenerationForms() {
        journal.attemptStarts(2);
        assertThat(journal.attendance().incompleteSeconds()).isPositive();
        journal.generationFormed(1, -1, "the run begins");
        assertThat(journal.attendance().incompleteSeconds()).isZero();
        journal.memberLost(0, "its connection broke");
        assertThat(journal.attendance().incompleteSeconds()).isPositive();
        assertThat(lines).hasSize(2);
    }

    /** Or a worker that dies whenever it comes would be waited for without an end. */
    @Test
    void aLossWhileNotAllAreThereDoesNotBeginTheWaitAnew() throws InterruptedException {
        journal.attemptStarts(2);
        Thread.sleep(20);
        journal.memberLost(0, "its connection broke");
        assertThat(journal.attendance().incompleteSeconds()).isGreaterThanOrEqualTo(0.02);
    }

    @Test
    void theFirstStepAfterALossTellsHowLongItTook() {
        journal.generationFormed(1, -1, "the run begins");
        journal.published(0, "{\"event\":\"progress\",\"step\":7}");
        journal.memberLost(1, "its connection broke");
        journal.generationFormed(2, 7, "rank 1 was lost");
        journal.published(0, "{\"event\":\"progress\",\"step\":8}");
        journal.published(0, "{\"event\":\"progress\",\"step\":9}");

        assertThat(lines).hasSize(4).last().asString().contains("\"event\":\"recovered\"", "\"step\":8", "\"seconds\"");
    }

    @Test
    void aLostExecutorIsToldWithItsRanksAndTheReason() {
        journal.published(1, "{\"event\":\"worker_started\",\"executor\":\"7\"}");
        journal.memberLost(1, "its connection broke");
        ExecutorLoss loss = ExecutorLoss.of("7", "Command exited with code 137", new SparkConf(false));
        journal.attendance().executorLost(loss);
        journal.attendance().executorLost(ExecutorLoss.of("8", "idle", new SparkConf(false)));

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).contains("worker_lost", "\"executor\":\"7\"");
        assertThat(lines.get(1)).contains("executor_lost", "\"ranks\":[1]", "\"exit_code\":137", "memoryOverhead");
        assertThat(journal.attendance().lastLoss()).isEqualTo(loss);
    }

    @Test
    void workersThatMeetAgainAndAgainForNothingAreGivenUpAfterAWhile() {
        AtomicLong now = new AtomicLong();
        Attendance attendance = new Attendance(event -> {}, 2, now::get);
        for (int meeting = 0; meeting < 2 * RegroupWatch.FRUITLESS_MEETINGS; meeting++) {
            assertThat(attendance.met(meeting + 1, 5, "rank 1 was lost")).isFalse();
        }
        now.addAndGet(TimeUnit.SECONDS.toNanos(RegroupWatch.FRUITLESS_SECONDS));
        assertThat(attendance.met(99, 5, "rank 1 was lost")).isTrue();
    }

    @Test
    void theLatestCheckpointIsRemembered() {
        journal.published(0, "{\"event\":\"checkpoint\",\"step\":30}");
        journal.published(1, "{\"event\":\"checkpoint\",\"step\":20}");
        assertThat(journal.keptStep()).isEqualTo(30);
        assertThat(lines).hasSize(2);
    }

    @Test
    void histogramsAreKeptOnceAndNotShown() {
        String event = "{\"event\":\"histograms\",\"epoch\":1,\"layers\":[]}";
        journal.published(0, event);
        journal.published(1, event);
        assertThat(lines).hasSize(1);
        assertThat(shown).isEmpty();
    }

    @Test
    void whatIsKeptIsPassedOnWhateverAnotherObserverDoes() {
        List<ObjectNode> seen = new ArrayList<>();
        journal.onKept(event -> {
            throw new IllegalStateException("in trouble");
        });
        journal.onKept(seen::add);
        journal.published(0, epoch(1, 0.5));
        journal.published(0, "{\"event\":\"progress\"}");
        assertThat(seen).hasSize(1).first().satisfies(event -> assertThat(event.has("time"))
                .isTrue());
        assertThat(lines).hasSize(1);
    }

    /** Trouble with the file or the display never fails the training. */
    @Test
    void troubleWithFileOrDisplayIsSwallowed() {
        RunJournal troubled = new RunJournal(
                line -> {
                    throw new IllegalStateException("disk full");
                },
                event -> {
                    throw new IllegalStateException("no terminal");
                },
                2);
        troubled.published(0, epoch(1, 0.5));
        troubled.published(0, "no json");

        assertThat(Objects.requireNonNull(troubled.lastEpoch()).path("epoch").asInt())
                .isEqualTo(1);
    }
}
