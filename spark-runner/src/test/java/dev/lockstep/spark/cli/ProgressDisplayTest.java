package dev.lockstep.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgressDisplayTest {
    private static final String EPOCH =
            """
            {"event": "epoch", "epoch": 3, "epochs": 10, "step": 987, "steps_per_epoch": 329, "seconds": 0.69,
             "samples_per_second": 60870.3, "bytes_per_step": 437692.0, "loss": 0.37284, "accuracy": 0.86581, "compute_seconds": 0.5,
             "phases": {"exchange": 0.1}, "learning_rate": 0.001, "val_loss": 0.3737, "val_accuracy": 0.86561}
            """;
    private static final String LINE = "Epoch 3/10  329/329 [====] 0.7 s  61k samples/s  loss 0.3728  accuracy 0.8658"
            + "  val_loss 0.3737  val_accuracy 0.8656";
    private static final String PROGRESS =
            """
            {"event": "progress", "epoch": 3, "epochs": 10, "step_in_epoch": 82, "steps_per_epoch": 329,
             "samples_per_second": 60870.3, "loss": 0.41, "accuracy": 0.85}
            """;
    private static final String ERASE = "\r\u001b[K";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void withoutATerminalAnEpochIsOneLine() {
        try (ProgressDisplay display = display(false, 80)) {
            display.show(event(PROGRESS));
            display.show(event(EPOCH));
        }

        assertThat(text()).isEqualTo(LINE + "\n");
    }

    @Test
    void onATerminalTheLineIsRedrawnAndThenFinal() {
        try (ProgressDisplay display = display(true, 100)) {
            display.show(event(PROGRESS));
            display.show(event(PROGRESS.replace("82,", "329,")));
            display.show(event(EPOCH.replace(", \"val_loss\": 0.3737, \"val_accuracy\": 0.86561", "")));
        }

        assertThat(text())
                .isEqualTo("Epoch 3/10   82/329 [====>...............] 61k samples/s  loss 0.4100  accuracy 0.8500"
                        + ERASE
                        + "Epoch 3/10  329/329 [====================] 61k samples/s  loss 0.4100  accuracy 0.8500"
                        + ERASE
                        + "Epoch 3/10  329/329 [====================] 0.7 s  61k samples/s  loss 0.3728"
                        + "  accuracy 0.8658\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    76 | Epoch 3/10   82/329 [==>......] 61k samples/s  loss 0.4100  accuracy 0.8500
                    60 | Epoch 3/10   82/329 [==>.......] 61k samples/s  loss 0.4100
                    58 | Epoch 3/10   82/329 [=>......] 61k samples/s  loss 0.4100
                    30 | Epoch 3/10   82/329 [=>.....]
                    12 | Epoch 3/10
                    """)
    void theLiveLineStaysWithinTheTerminal(int columns, String expected) {
        display(true, columns).show(event(PROGRESS));

        assertThat(text().stripTrailing()).isEqualTo(expected);
        assertThat(text().length()).isLessThan(columns);
    }

    @Test
    void theFinalLineLosesNothingInANarrowTerminal() {
        display(true, 40).show(event(EPOCH));

        assertThat(text()).isEqualTo(LINE + "\n");
    }

    @Test
    void otherEventsAppearAboveTheLine() {
        String live = "Epoch 3/10   82/329 [====>...............] 61k samples/s  loss 0.4100  accuracy 0.8500";
        try (ProgressDisplay display = display(true, 100)) {
            display.show(event(PROGRESS));
            display.show(
                    event(
                            "{\"event\": \"checkpoint\", \"step\": 740, \"directory\": \"runs/a\", \"seconds\": 0.21, \"bytes\": 1313260}"));
        }

        assertThat(text()).isEqualTo(live + ERASE + "Checkpoint: step 740, 1.3 MB, 0.2 s\n" + live + "\n");
    }

    @Test
    void anyEventIsReadable() {
        ProgressDisplay display = display(false, 80);
        display.show(event("{\"event\": \"pause\"}"));
        display.show(event("{\"event\": \"worker_slow\", \"rank\": 1, \"generation\": 4, \"message\": \"hot\"}"));
        display.show(event("{\"event\": \"plateau\", \"learning_rate\": 5e-4, \"ranks\": [0, 1], \"old\": null}"));

        assertThat(text())
                .isEqualTo("Pause\nWorker slow: rank 1, generation 4, hot\nPlateau: learning rate 5.00e-04, ranks"
                        + " [0,1]\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"event": "application", "application_id": "app-1", "master": "yarn", "event_log": null, "ui": "http://a:1"} | Spark application app-1 on yarn, Spark UI: http://a:1
                    {"event": "application", "application_id": "app-1", "master": "yarn", "event_log": "hdfs://a/b/app-1", "ui": null} | Spark application app-1 on yarn, event log: hdfs://a/b/app-1
                    {"event": "membership", "generation": 1, "workers": 2, "step": 0, "reason": "the run begins"} | All 2 workers are there
                    {"event": "membership", "generation": 1, "workers": 1, "step": 0, "reason": "the run begins"} | The worker is there
                    {"event": "membership", "generation": 2, "workers": 2, "step": 77, "reason": "lost"} | All 2 workers are there again and go on after step 77
                    {"event": "membership", "generation": 2, "workers": 2, "step": 0, "reason": "lost"} | All 2 workers are there again
                    {"event": "worker_lost", "rank": 1, "reason": "the connection was closed"} | Worker 1 is lost: the connection was closed
                    {"event": "executor_lost", "executor": "3", "ranks": [1], "reason": "Command exited with code 52", "exit_code": 52, "advice": "raise it"} | Executor 3 is lost: Command exited with code 52; raise it
                    {"event": "executor_lost", "executor": "3", "ranks": [1], "reason": "worker lost", "advice": null} | Executor 3 is lost: worker lost
                    {"event": "recovered", "step": 78, "seconds": 4.2} | Step 78 was completed 4.2 s after the loss
                    {"event": "resume", "epoch": 2, "epochs": 10, "step": 223, "steps_per_epoch": 141, "step_in_epoch": 82} | Resume: from the checkpoint of step 223, epoch 2/10 after 82/141 steps
                    {"event": "resume", "epoch": 3, "epochs": 10, "step": 282, "steps_per_epoch": 141, "step_in_epoch": 0} | Resume: from the checkpoint of step 282, epoch 3/10
                    {"event": "restart", "restarts": 1, "of": 3, "reason": "no contact"} | Restart 1 of 3: no contact
                    {"event": "checkpoint_failed", "step": 141, "attempt": 2, "reason": "disk full"} | Checkpoint of step 141 was not written (attempt 2): disk full
                    {"event": "checkpoint_damaged", "step": 141, "directory": "d", "reason": "damaged: a.bin: checksum"} | Checkpoint of step 141 is damaged and passed over: a.bin: checksum
                    {"event": "checkpoint_prune_failed", "step": 141, "reason": "denied"} | Old checkpoints could not be deleted: denied
                    """)
    void whatHappensIsToldInSentences(String event, String expected) {
        display(false, 80).show(event(event));

        assertThat(text()).isEqualTo(expected + "\n");
    }

    @ParameterizedTest
    @CsvSource({"999, 999 bytes", "305941, 306 kB", "1313260, 1.3 MB", "2500000000, 2.5 GB"})
    void sizesAreShort(long bytes, String expected) {
        assertThat(Figures.bytes(bytes)).isEqualTo(expected);
    }

    @Test
    void linesOfOthersDoNotRunIntoTheLine() {
        String live = "Epoch 3/10   82/329 [====>...............] 61k samples/s  loss 0.4100  accuracy 0.8500";
        ProgressDisplay display = display(true, 100);
        PrintStream errors = display.above(new PrintStream(bytes, false, StandardCharsets.UTF_8));
        display.show(event(PROGRESS));
        errors.print("12:00:00 WARN a war");
        errors.println("ning");

        assertThat(text()).isEqualTo(live + ERASE + "12:00:00 WARN a warning\n" + live);
    }

    @Test
    void whatFollowsAnUnfinishedLineStandsBelowIt() {
        ProgressDisplay display = display(true, 100);
        display.show(event(PROGRESS));
        display.close();
        display.above("Stopped");

        assertThat(text().lines()).hasSize(2).last().isEqualTo("Stopped");
    }

    @Test
    void figuresThatAreAbsentAreLeftOut() {
        display(false, 80)
                .show(
                        event(
                                """
                        {"event": "epoch", "epoch": 1, "epochs": 1, "steps_per_epoch": 5, "seconds": 75.4,
                         "samples_per_second": null, "loss": 0.00001, "val_loss": null}
                        """));

        assertThat(text()).isEqualTo("Epoch 1/1  5/5 [====] 1 min 15 s  loss 1.00e-05\n");
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0", "850.2, 850", "999.6, 1.0k", "6123, 6.1k", "61234, 61k", "999600, 1.0M", "1234567, 1.2M"})
    void countsAreShort(double perSecond, String expected) {
        assertThat(Figures.count(perSecond)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"24 80, 80", "50 211, 211", "0 0, 80", "'', 80", "junk, 80"})
    void widthOfTheTerminal(String answer, int expected) {
        assertThat(Terminal.columns(answer)).isEqualTo(expected);
    }

    @Test
    void linesOfManyThreadsStayWhole() throws Exception {
        ProgressDisplay display = display(true, 100);
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            threads.add(new Thread(() -> {
                for (int repeat = 0; repeat < 50; repeat++) {
                    display.show(event(PROGRESS));
                    display.show(event(EPOCH));
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(30_000);
            assertThat(thread.isAlive()).isFalse();
        }

        String whole = text().replaceAll("Epoch 3/10   82[^\r\n]*" + "\r\u001b\\[K", "");
        assertThat(whole.lines()).hasSize(200).allMatch(LINE::equals);
    }

    @Test
    void aLogHasTheTimeAndALongEpochALineAMinute() {
        AtomicLong nanos = new AtomicLong();
        ProgressDisplay display = new ProgressDisplay(
                new PrintStream(bytes, false, StandardCharsets.UTF_8), false, () -> 80, () -> "12:00:00 ", nanos::get);
        display.show(event(PROGRESS));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(59));
        display.show(event(PROGRESS));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        display.show(event(PROGRESS));
        display.show(event(PROGRESS));
        display.show(event(EPOCH));
        display.show(event("{\"event\": \"pause\", \"message\": \"a\\nb\"}"));
        display.above("Completed");

        assertThat(text())
                .isEqualTo("12:00:00 Epoch 3/10   82/329 [>...] 61k samples/s  loss 0.4100  accuracy 0.8500\n12:00:00 "
                        + LINE + "\n12:00:00 Pause: a\n         b\nCompleted\n");
    }

    @Test
    void theEndOfTheLineTellsTheWorkersAndWhenItWillBeOver() {
        String epoch = EPOCH.replace("{\"event\"", "{\"workers\": 2, \"eta_seconds\": 95.4, \"event\"");
        display(false, 80).show(event(epoch));
        display(false, 80).show(event(epoch.replace("95.4", "0.0").replace("\"workers\": 2", "\"workers\": 1")));

        assertThat(text()).isEqualTo(LINE + "  2 workers  ETA 95 s\n" + LINE + "  1 worker\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0.2, 1 s",
        "119, 119 s",
        "119.6, 2 min",
        "3600, 60 min",
        "7100, 118 min",
        "11100, 3 h 5 min",
        "187200, 2 d 4 h"
    })
    void whatIsLeftIsToldAsPeoplePlan(double seconds, String expected) {
        assertThat(Figures.duration(seconds)).isEqualTo(expected);
    }

    private ProgressDisplay display(boolean live, int columns) {
        return new ProgressDisplay(new PrintStream(bytes, false, StandardCharsets.UTF_8), live, () -> columns);
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static ObjectNode event(String json) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(json);
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException(json, failure);
        }
    }
}
