package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.logging.RecordedLog;
import dev.lockstep.spark.cli.InspectRequest;
import dev.lockstep.spark.cli.LedgerRequest;
import dev.lockstep.spark.cli.LedgerVerdict;
import dev.lockstep.spark.cli.PredictRequest;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.cli.VerifyAnswer;
import dev.lockstep.spark.cli.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be done with a run that was trained: evaluate, predict, inspect, continue, or begin anew. */
@Tag("spark")
class TrainedRunTest {
    private static final int TEST_SAMPLES = 200;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Path jobFile;

    @SuppressWarnings("NullAway.Init")
    private static Path run;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path own;

    @BeforeAll
    static void trainOnce() throws IOException {
        jobFile = Files.writeString(folder.resolve("job.yaml"), TestSpark.digitsYaml());
        run = folder.resolve("run");
        assertThat(TestRuns.train(jobFile, run, "ledger=true")).isZero();
    }

    /** 600 samples, two epochs of ten steps; a run without a ledger, and one whose notes are incomplete, prove nothing. */
    @Test
    void theLedgerProvesThatEverySampleWasUsedExactlyOnceAnEpoch() throws IOException {
        LedgerVerdict verdict = new SparkRunCommands().ledger(new LedgerRequest(run.toString(), true));
        assertThat(verdict.proven()).as(verdict.text()).isTrue();
        JsonNode report = new ObjectMapper().readTree(verdict.text());
        assertThat(report.path("epochs").asInt()).isEqualTo(2);
        assertThat(report.path("steps").asInt()).isEqualTo(20);
        assertThat(report.path("samples").asInt()).isEqualTo(600);
        Path copy = TestRuns.copy(run, own.resolve("run"));
        Path notes = copy.resolve("ledger").resolve("1-0-rank-1-0-0.jsonl");
        List<String> lines = Files.readAllLines(notes);
        lines.remove(5);
        Files.write(notes, lines);
        LedgerVerdict incomplete = new SparkRunCommands().ledger(new LedgerRequest(copy.toString(), false));
        assertThat(incomplete.proven()).isFalse();
        assertThat(incomplete.text()).contains("step 5 (epoch 1): rank 1 has noted nothing");
        assertRefused(
                ExitCode.MODEL,
                () -> new SparkRunCommands().ledger(new LedgerRequest(own.toString(), false)),
                "has no ledger",
                "--ledger");
    }

    private static void assertRefused(ExitCode code, ThrowingCallable action, String... parts) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(code))
                .hasMessageContainingAll(parts);
    }

    private static JsonNode figures(Path of, String... overrides) throws IOException {
        try (JavaSparkContext spark = TestSpark.start("local[2]")) {
            return new ObjectMapper()
                    .readTree(new ModelUse(of.toString(), List.of(overrides), null, null)
                            .figures(spark)
                            .toString());
        }
    }

    @Test
    void evaluationGivesExactlyTheTestFiguresOfTheResult() throws IOException {
        JsonNode test = TestRuns.result(run).path("test");
        assertThat(test.path("samples").asInt()).isEqualTo(TEST_SAMPLES);
        assertThat(figures(run)).isEqualTo(test);
        // Trailing slashes and the model's own directory name the same model.
        assertThat(figures(run.resolve("model/"))).isEqualTo(test);
    }

    @Test
    void otherDataIsEvaluatedWithoutTouchingTheRunsOwn() throws IOException {
        Path copy = TestRuns.copy(run, own.resolve("run"));
        assertThat(figures(copy, "data.test_samples=90", "data.seed=3")
                        .path("samples")
                        .asInt())
                .isEqualTo(90);
        assertThat(figures(copy)).isEqualTo(TestRuns.result(run).path("test"));
    }

    private static int predict(Path output) {
        return new SparkRunCommands()
                .predict(new PredictRequest(run.toString(), output.toString(), "local[2]", null, List.of(), false));
    }

    @Test
    void predictionsHaveARowForEverySampleInOrder() throws IOException {
        Path csv = own.resolve("predictions.csv");
        Path parquet = own.resolve("predictions");
        assertThat(predict(csv)).isZero();
        assertThat(predict(parquet)).isZero();
        assertRefused(ExitCode.USAGE, () -> predict(csv), "predictions.csv", "exists already");

        List<String> lines = new ArrayList<>();
        try (Stream<Path> parts = Files.list(csv)) {
            for (Path part : parts.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .sorted()
                    .toList()) {
                List<String> all = Files.readAllLines(part);
                assertThat(all.get(0)).startsWith("sample,prediction,output_0,").endsWith("output_9");
                lines.addAll(all.subList(1, all.size()));
            }
        }
        assertThat(lines).hasSize(TEST_SAMPLES);
        List<Row> rows;
        try (JavaSparkContext spark = TestSpark.start("local[2]")) {
            rows = SparkSession.builder()
                    .sparkContext(spark.sc())
                    .getOrCreate()
                    .read()
                    .parquet(parquet.toString())
                    .collectAsList()
                    .stream()
                    .sorted(Comparator.comparingLong(row -> row.getLong(0)))
                    .toList();
        }
        assertThat(rows).hasSize(TEST_SAMPLES);
        for (int sample = 0; sample < TEST_SAMPLES; sample++) {
            Row row = rows.get(sample);
            double sum = 0;
            for (int i = 2; i < row.length(); i++) {
                sum += row.getFloat(i);
                assertThat(row.getFloat(i)).isLessThanOrEqualTo(row.getFloat(2 + (int) row.getFloat(1)));
            }
            assertThat(sum).isCloseTo(1, within(1e-5));
            assertThat(row.getLong(0)).isEqualTo(sample);
            assertThat(lines.get(sample)).isEqualTo(row.mkString(","));
        }
    }

    private static String inspect(Path target) {
        return new SparkRunCommands().inspect(new InspectRequest(target.toString(), false));
    }

    @Test
    void inspectionDescribesRunModelAndCheckpoint() throws IOException {
        String sha256 = TestRuns.result(run).path("parameters_sha256").asText();
        assertThat(inspect(run))
                .contains("status: completed, 2 epochs, 20 steps, 2 workers", "guessing", "step-", sha256);
        assertThat(inspect(run.resolve("model"))).contains("Model of job \"tiny\" after step 20", sha256);
        assertThat(inspect(run.resolve("checkpoints").resolve(lastCheckpoint())))
                .contains("checksums verified", "step 20, ", "parameters: 7850 values", sha256);
    }

    private static String lastCheckpoint() throws IOException {
        try (Stream<Path> steps = Files.list(run.resolve("checkpoints"))) {
            return steps.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("step-"))
                    .max(String::compareTo)
                    .orElseThrow();
        }
    }

    @Test
    void aDamagedOrMissingModelIsNamed() throws IOException {
        Path copy = TestRuns.copy(run, own.resolve("run"));
        Path parameters = copy.resolve("model/parameters.f32");
        byte[] bytes = Files.readAllBytes(parameters);
        bytes[1000] ^= 1;
        Files.write(parameters, bytes);
        assertRefused(ExitCode.MODEL, () -> inspect(copy.resolve("model")), "parameters.f32", copy.toString());
        assertRefused(
                ExitCode.MODEL,
                () -> new ModelUse(own.resolve("nothing").toString(), List.of(), null, null),
                "no model in",
                "nothing");
    }

    private static VerifyAnswer verify(Path target, boolean json) {
        return new SparkRunCommands().verify(new VerifyRequest(target.toString(), json));
    }

    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void verificationSaysWhatIsSoundAndWhatIsDamaged() throws IOException {
        Path copy = TestRuns.copy(run, own.resolve("run"));
        VerifyAnswer sound = verify(copy, false);
        assertThat(sound.text())
                .contains("ok       job.yaml", "ok       checkpoints/" + lastCheckpoint() + ": step 20, ", "format 1")
                .contains("ok       model: step 20", "all sound");
        assertThat(sound.sound()).isTrue();
        for (String part : List.of("checkpoints", "checkpoints/" + lastCheckpoint(), "model")) {
            assertThat(verify(copy.resolve(part), false).sound()).as(part).isTrue();
        }

        damage(copy.resolve("checkpoints").resolve(lastCheckpoint()).resolve("parameters.f32"));
        damage(copy.resolve("model/parameters.f32"));
        Files.createDirectories(copy.resolve("checkpoints/_temporary-step-000000000030-0123456789abcdef"));
        VerifyAnswer damaged = verify(copy, false);
        assertThat(damaged.sound()).isFalse();
        assertThat(damaged.text())
                .contains("DAMAGED  checkpoints/" + lastCheckpoint() + ": ", "parameters.f32: expected ")
                .contains("DAMAGED  model: ", "debris   checkpoints/_temporary-step-", "2 of ", " are damaged");
        JsonNode json = new ObjectMapper().readTree(verify(copy, true).text());
        assertThat(json.path("sound").asBoolean(true)).isFalse();
        assertThat(json.path("damaged").asInt()).isEqualTo(2);
        assertThat(json.path("parts").findValuesAsText("kind")).contains("job", "checkpoint", "model", "debris");

        assertRefused(ExitCode.MODEL, () -> verify(own, false), "nothing to verify in");
    }

    @Test
    void aCheckpointOfAnotherRunIsNoneOfThisOne() throws IOException {
        Path copy = TestRuns.copy(run, own.resolve("run"));
        String text = Files.readString(copy.resolve("run.json"));
        Files.writeString(copy.resolve("run.json"), text.replaceFirst("\"run_id\":\"", "\"run_id\":\"0"));
        assertThat(verify(copy, false).text())
                .contains("DAMAGED  checkpoints/" + lastCheckpoint() + ": it is of the run");
    }

    @Test
    void aDamagedNewestCheckpointIsWarnedOfOrRefused() throws IOException {
        Path copy = TestRuns.copy(run, own.resolve("run"));
        damage(copy.resolve("checkpoints").resolve(lastCheckpoint()).resolve("state.json"));
        try (RecordedLog log = new RecordedLog(NewestCheckpoint.class)) {
            assertThat(open(copy, ResumePolicy.AUTO, false).resumeStep()).isEqualTo(15);
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("state.json", "goes on from that of step 15", "--strict");
        }
        assertRefused(
                ExitCode.MODEL,
                () -> openStrictly(copy),
                "--strict: the newest checkpoint cannot be read",
                "file state.json",
                "go on from the checkpoint of step 15 without --strict");
        assertThat(openStrictly(TestRuns.copy(run, own.resolve("whole"))).resumeStep())
                .isEqualTo(20);
    }

    private TrainingRun openStrictly(Path directory) {
        Configuration hadoop = new Configuration();
        return TrainingRun.open(
                RunDirectory.at(directory.toString(), hadoop),
                JobFile.read(TestSpark.digitsYaml(), "job.yaml", List.of(), Map.of()),
                ResumePolicy.AUTO,
                false,
                true,
                hadoop);
    }

    @Test
    void aRunDirectoryThatOthersMayWriteToIsWarnedOf() throws IOException {
        Path copy = TestRuns.copy(run, own.resolve("run"));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (RecordedLog log = new RecordedLog(PatientWriting.class)) {
            assertThat(open(copy, ResumePolicy.AUTO, false).resumed()).isTrue();
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("Others than its owner may write to " + copy + " (rwxrwxrwx)", "chmod 700");
        }
    }

    private TrainingRun open(Path directory, ResumePolicy policy, boolean fresh, String... overrides) {
        Configuration hadoop = new Configuration();
        return TrainingRun.open(
                RunDirectory.at(directory.toString(), hadoop),
                JobFile.read(TestSpark.digitsYaml(), "job.yaml", List.of(overrides), Map.of()),
                policy,
                fresh,
                false,
                hadoop);
    }

    @Test
    void aRunGoesOnOnlyAsTheSameJob() throws IOException {
        Path copy = TestRuns.copy(run, own.resolve("run"));
        assertRefused(
                ExitCode.USAGE,
                () -> open(
                        copy,
                        ResumePolicy.AUTO,
                        false,
                        "training.batch_size=30",
                        "training.optimizer={sgd: {learning_rate: 0.1}}",
                        "data.seed=9",
                        "model.layers.1.dense.units=11"),
                "holds a run of another job",
                "training.batch_size: was 60, now 30",
                "training.optimizer",
                "data.seed: was 1, now 9",
                "units: was 10, now 11",
                "--fresh");
        TrainingRun same = open(
                copy,
                ResumePolicy.REQUIRE,
                false,
                "training.epochs=9",
                "cluster.workers=1",
                "checkpoint.every=2 epochs",
                "checkpoint.keep=7");
        assertThat(same.resumed()).isTrue();
        assertThat(same.resumeStep()).isEqualTo(20);
        assertThat(same.completedResult()).isEmpty();
        assertThat(open(copy, ResumePolicy.AUTO, false).completedResult()).isPresent();
    }

    @Test
    void resumePoliciesAreKept() throws IOException {
        Path copy = TestRuns.copy(run, own.resolve("run"));
        assertRefused(
                ExitCode.USAGE, () -> open(copy, ResumePolicy.NEVER, false), "--resume never", "holds a run already");
        assertRefused(
                ExitCode.MODEL,
                () -> open(own.resolve("new"), ResumePolicy.REQUIRE, false),
                "--resume require",
                "no checkpoint");

        TrainingRun fresh = open(copy, ResumePolicy.NEVER, true, "training.batch_size=30");
        assertThat(fresh.resumed()).isFalse();
        assertThat(fresh.completedResult()).isEmpty();
        try (Stream<Path> kept = Files.walk(own)) {
            assertThat(kept.filter(path -> path.endsWith("result.json"))).hasSize(1);
        }
    }

    @Test
    void checkpointsOfAnotherRunAreRefused() throws IOException {
        Path copy = TestRuns.copy(run, own.resolve("run"));
        String directory = "checkpoint.directory=" + copy.resolve("checkpoints");
        assertRefused(
                ExitCode.MODEL,
                () -> open(own.resolve("new"), ResumePolicy.AUTO, false, directory),
                "holds checkpoints of another run");
        Path other = TestRuns.copy(run, own.resolve("other"));
        Files.writeString(other.resolve("run.json"), "{\"run_id\": \"somebody-else\"}");
        assertRefused(
                ExitCode.MODEL,
                () -> open(other, ResumePolicy.AUTO, false, directory),
                "holds checkpoints of another run",
                "somebody-else");
    }

    @Test
    void metricsAreCutBackToTheCheckpoint() throws IOException {
        Path copy = TestRuns.copy(run, own.resolve("run"));
        try (Stream<Path> files = Files.walk(copy.resolve("checkpoints").resolve(lastCheckpoint()))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        TrainingRun cut = open(copy, ResumePolicy.AUTO, false);
        assertThat(cut.resumeStep()).isEqualTo(15);
        cut.cutBackMetrics();
        List<String> lines = Files.readAllLines(copy.resolve("metrics.jsonl"));
        assertThat(lines).anyMatch(line -> line.contains("\"epoch\":1,"));
        for (String line : lines) {
            JsonNode event = new ObjectMapper().readTree(line);
            assertThat(event.path("step").asLong(0)).isLessThanOrEqualTo(15);
            assertThat(event.path("event").asText()).isNotEqualTo("test");
        }
    }

    @Test
    void aCompletedRunTrainsNothingAndMoreEpochsContinueItExactly() throws IOException {
        Path copy = TestRuns.copy(run, own.resolve("run"));
        String before = Files.readString(copy.resolve("result.json"));
        assertThat(TestRuns.train(jobFile, copy)).isZero();
        assertThat(Files.readString(copy.resolve("result.json"))).isEqualTo(before);

        assertThat(TestRuns.train(jobFile, copy, "training.epochs=3")).isZero();
        Path undisturbed = own.resolve("undisturbed");
        assertThat(TestRuns.train(jobFile, undisturbed, "training.epochs=3")).isZero();
        JsonNode continued = TestRuns.result(copy);
        assertThat(continued.path("steps").asInt()).isEqualTo(30);
        assertThat(continued.path("parameters_sha256"))
                .isEqualTo(TestRuns.result(undisturbed).path("parameters_sha256"));
    }

    @Test
    void moreWorkersThanSlotsAreRefusedWithTheNumbers() {
        assertRefused(
                ExitCode.CLUSTER,
                () -> TestRuns.train(jobFile, own.resolve("run"), "cluster.workers=4"),
                "4 workers need as many task slots",
                "local[2] has 2");
    }

    @Test
    void labelsBeyondTheLastLayerAreRefusedAsData() throws IOException {
        assertRefused(
                ExitCode.DATA,
                () -> TestRuns.train(jobFile, own.resolve("run"), "model.layers.1.dense.units=9"),
                "training labels: label 9",
                "9 classes need labels 0..8",
                "give the last layer 10 units");
        assertThat(TestRuns.result(own.resolve("run")).path("status").asText()).isEqualTo("failed");
    }
}
