package dev.lockstep.spark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.cluster.storage.LeaseTiming;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.storage.RunLease;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Days after days, with a training that takes no time. */
class PipelineTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final FakeTraining training = new FakeTraining();
    private final List<String> lines = new ArrayList<>();
    private String today = "2026-01-03";
    private String more = "";

    @BeforeEach
    void threeDaysOfData() throws IOException {
        for (String day : List.of("2026-01-01", "2026-01-02", "2026-01-03")) {
            Files.createDirectories(folder.resolve("data").resolve(day));
            Files.writeString(folder.resolve("data").resolve(day).resolve("_SUCCESS"), "");
        }
    }

    private PipelineStart start() {
        String yaml =
                """
                name: tiny
                job: job.yaml
                directory: ROOT/pipeline
                models: ROOT/models
                data: {path: 'ROOT/data/{date}', wait_minutes: 0}
                schedule: {start: 2026-01-01, catch_up: all}
                train: {set: ['data.seed={dd}']}
                gate: [{figure: accuracy, at_least: 0.5, no_worse_by: 0.01}]
                """
                        .replace("ROOT", folder.toString());
        try {
            Path file = Files.writeString(folder.resolve("pipeline.yaml"), yaml + more);
            return new PipelineStart(file.toString(), List.of(), new Configuration(), lines::add);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private int run(@Nullable String day) {
        return run(day, false);
    }

    private int run(@Nullable String day, boolean again) {
        Clock clock = Clock.fixed(Instant.parse(today + "T06:00:00Z"), ZoneOffset.UTC);
        return start().run(training, day, again, clock);
    }

    private JsonNode result(String day) throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("pipeline/days")
                        .resolve(day)
                        .resolve("result.json")
                        .toFile());
    }

    private String current() throws IOException {
        return Files.readAllLines(folder.resolve("models/current")).get(0);
    }

    @Test
    void missedDaysAreCaughtUpAndTheLastIsCurrent() throws IOException {
        assertThat(run(null)).isZero();
        assertThat(training.trained).containsExactly("data.seed=01", "data.seed=02", "data.seed=03");
        assertThat(current()).isEqualTo("versions/2026-01-03");
        JsonNode result = result("2026-01-03");
        assertThat(result.path("status").asText()).isEqualTo("published");
        assertThat(result.path("exit_code").asInt()).isZero();
        assertThat(result.path("evaluation").path("current_version").asText()).isEqualTo("2026-01-02");
        assertThat(result.path("publication").path("previous").asText()).isEqualTo("2026-01-02");
        assertThat(folder.resolve("pipeline/days/2026-01-03/report.html"))
                .content()
                .contains("2026-01-03", "✓ passed");
        assertThat(folder.resolve("pipeline/logs/2026-01-03.log")).content().contains("the data are there");
    }

    @Test
    void aFinishedDayChangesNothing() throws IOException {
        run(null);
        Instant written =
                Files.getLastModifiedTime(folder.resolve("models/current")).toInstant();
        JsonNode before = result("2026-01-03");
        assertThat(run(null)).isZero();
        assertThat(run("2026-01-02")).isZero();
        assertThat(training.trained).hasSize(3);
        assertThat(result("2026-01-03")).isEqualTo(before);
        assertThat(Files.getLastModifiedTime(folder.resolve("models/current")).toInstant())
                .isEqualTo(written);
        assertThat(lines).anyMatch(line -> line.contains("2026-01-03 is finished already (published)"));
    }

    @Test
    void aWorseModelIsNotPublished() throws IOException {
        run("2026-01-01");
        training.accuracy = 0.85;
        assertThat(run("2026-01-02")).isEqualTo(ExitCode.REFUSED.number());
        assertThat(current()).isEqualTo("versions/2026-01-01");
        assertThat(result("2026-01-02").path("message").asText())
                .contains("not published: accuracy is 0.8500 (current model: 0.9000)", "--again");
        assertThat(folder.resolve("models/versions/2026-01-02")).doesNotExist();
        assertThat(run("2026-01-02")).as("said again").isEqualTo(ExitCode.REFUSED.number());
        assertThat(training.trained).hasSize(2);

        training.accuracy = 0.95;
        assertThat(run("2026-01-02", true)).isZero();
        assertThat(current()).isEqualTo("versions/2026-01-02");
        try (Stream<Path> days = Files.list(folder.resolve("pipeline/days"))) {
            assertThat(days.map(day -> String.valueOf(day.getFileName())))
                    .contains("2026-01-02")
                    .anyMatch(name -> name.startsWith("2026-01-02."));
        }
    }

    @Test
    void aDayAgainGetsAVersionOfItsOwn() throws IOException {
        run("2026-01-01");
        assertThat(run("2026-01-01", true)).isZero();
        assertThat(current()).isEqualTo("versions/2026-01-01-2");
        assertThat(start().rollBack(null)).contains("from 2026-01-01-2 to 2026-01-01");
    }

    @Test
    void withoutDataNothingBegins() throws IOException {
        today = "2026-01-04";
        assertThat(run("2026-01-04")).isEqualTo(ExitCode.NO_DATA.number());
        assertThat(training.trained).isEmpty();
        assertThat(result("2026-01-04").path("status").asText()).isEqualTo("no_data");
        assertThat(run(null)).as("the earlier days are caught up").isEqualTo(ExitCode.NO_DATA.number());
        assertThat(training.trained).hasSize(3);
    }

    @Test
    void aFailureIsToldAndTriedAgain() throws IOException {
        training.failure = new LockstepException(ExitCode.DATA, "row 7 has no label");
        assertThat(run("2026-01-01")).isEqualTo(ExitCode.DATA.number());
        assertThat(result("2026-01-01").path("message").asText()).isEqualTo("row 7 has no label");
        training.failure = null;
        assertThat(run("2026-01-01")).isZero();
    }

    @Test
    void aClusterThatIsDownEndsTheRun() {
        training.failure = new LockstepException(ExitCode.CLUSTER, "no executors");
        assertThat(run(null)).isEqualTo(ExitCode.CLUSTER.number());
        assertThat(training.trained).hasSize(1);
    }

    @Test
    void anOlderDayDoesNotReplaceANewerModel() throws IOException {
        run("2026-01-03");
        assertThat(run("2026-01-01")).isZero();
        assertThat(current()).isEqualTo("versions/2026-01-03");
        assertThat(result("2026-01-01").path("publication").path("moved").asBoolean())
                .isFalse();
    }

    @Test
    void rollsBackAndIsNotUndoneByTheSameDay() throws IOException {
        run(null);
        assertThat(start().rollBack(null)).contains("Rolled back from 2026-01-03 to 2026-01-02");
        assertThat(current()).isEqualTo("versions/2026-01-02");
        assertThat(run(null)).isZero();
        assertThat(current()).isEqualTo("versions/2026-01-02");
        assertThat(start().rollBack("2026-01-03")).contains("to 2026-01-03");
        assertThatThrownBy(() -> start().rollBack("2025-12-31"))
                .hasMessageContainingAll("no version 2025-12-31", "2026-01-01");
        assertThat(start().status(false)).contains("current:     2026-01-03", "rollback to: 2026-01-02");
    }

    @Test
    void warmTrainingsBeginWithTheCurrentModel() throws IOException {
        more = "";
        run("2026-01-01");
        PipelineStart warm = new PipelineStart(
                folder.resolve("pipeline.yaml").toString(),
                List.of("train.start=current"),
                new Configuration(),
                lines::add);
        warm.run(training, "2026-01-02", false, Clock.fixed(Instant.parse("2026-01-02T06:00:00Z"), ZoneOffset.UTC));
        assertThat(training.trained.get(1))
                .isEqualTo("data.seed=02 model.initial_weights='" + folder + "/models/versions/2026-01-01'");
        assertThat(result("2026-01-02").path("training").path("base").asText()).isEqualTo("2026-01-01");
    }

    @Test
    void oldVersionsRunsAndLogsGo() throws IOException {
        more = "keep: {versions: 2, runs: 1, log_days: 1}\n";
        Files.createDirectories(folder.resolve("pipeline/logs"));
        Path old = Files.writeString(folder.resolve("pipeline/logs/2025-12-01.log"), "long ago\n");
        Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2025-12-01T06:00:00Z")));
        run(null);
        assertThat(folder.resolve("models/versions/2026-01-01")).doesNotExist();
        assertThat(folder.resolve("models/versions/2026-01-02")).exists();
        assertThat(folder.resolve("pipeline/days/2026-01-02/run")).doesNotExist();
        assertThat(folder.resolve("pipeline/days/2026-01-02/result.json")).exists();
        assertThat(folder.resolve("pipeline/days/2026-01-03/run")).exists();
        assertThat(old).doesNotExist();
        assertThat(folder.resolve("pipeline/logs/2026-01-01.log")).exists();
    }

    @Test
    void theHookHearsOfSuccessAndFailureOnce() throws IOException {
        more =
                "hooks: {success: 'echo good $LOCKSTEP_DATE $LOCKSTEP_VERSION >> %s', failure: 'echo bad $LOCKSTEP_EXIT_CODE >> %s'}\n"
                        .replace("%s", folder.resolve("told.txt").toString());
        run("2026-01-01");
        run("2026-01-01");
        training.accuracy = 0.1;
        run("2026-01-02");
        run("2026-01-02");
        assertThat(folder.resolve("told.txt")).hasContent("good 2026-01-01 2026-01-01\nbad 8");
        assertThat(result("2026-01-02").path("hook").path("exit_code").asInt()).isZero();
    }

    @Test
    void aSecondRunAtTheSameTimeIsRefused() {
        LeaseTiming often = new LeaseTiming(Duration.ofMillis(100), Duration.ofSeconds(30), Duration.ofMillis(50));
        RunDirectory directory = RunDirectory.at(folder.resolve("pipeline").toString(), new Configuration());
        try (RunLease held = RunLease.acquire(directory, often, Duration.ZERO, waiting -> {})) {
            held.assertHeld();
            assertThatThrownBy(() -> run("2026-01-01"))
                    .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                            .isEqualTo(ExitCode.LOCKED))
                    .hasMessageContaining("the pipeline tiny is running already");
        }
        assertThat(training.trained).isEmpty();
    }

    @Test
    void mistakesInTheGateAreToldBeforeTheTraining() throws IOException {
        Path file = folder.resolve("pipeline.yaml");
        start();
        Files.writeString(file, Files.readString(file).replace("figure: accuracy", "figure: acuracy"));
        PipelineStart wrong = new PipelineStart(file.toString(), List.of(), new Configuration(), lines::add);
        assertThat(wrong.run(training, "2026-01-01", false, Clock.systemUTC())).isEqualTo(ExitCode.USAGE.number());
        assertThat(lines).anyMatch(line -> line.contains("did you mean \"accuracy\"?"));
        assertThat(training.trained).isEmpty();
    }
}
