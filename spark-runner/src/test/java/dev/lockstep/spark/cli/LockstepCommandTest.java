package dev.lockstep.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.plan.NetworkSpeed;
import dev.lockstep.spark.data.InputFormat;
import dev.lockstep.spark.scoring.BadRows;
import dev.lockstep.spark.scoring.Probabilities;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LockstepCommandTest {
    private final RecordingCommands engine = new RecordingCommands();
    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @Test
    void trainWithEveryOption() {
        engine.exitCode = 7;
        int exitCode = execute(
                "train",
                "job.yaml",
                "--run-dir",
                "hdfs://host/runs/a",
                "--master",
                "local[4]",
                "--workers",
                "4",
                "--resume",
                "require",
                "--set",
                "training.epochs=3",
                "--set=name=a=b",
                "--debug");

        assertThat(exitCode).isEqualTo(7);
        assertThat(engine.requests)
                .containsExactly(new TrainRequest(
                        "job.yaml",
                        "hdfs://host/runs/a",
                        "local[4]",
                        4,
                        ResumePolicy.REQUIRE,
                        false,
                        List.of("training.epochs=3", "name=a=b"),
                        true));
        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void submitWithEveryOptionAndByDefault() {
        engine.exitCode = 3;
        assertThat(execute(
                        "submit",
                        "job.yaml",
                        "--master=yarn",
                        "--deploy-mode=cluster",
                        "--run-dir=hdfs://host/runs/a",
                        "--num-executors=4",
                        "--executor-memory=2g",
                        "--conf=spark.task.cpus=2",
                        "--conf=spark.ui.enabled=false",
                        "--workers=4",
                        "--set=training.epochs=3",
                        "--assembly=hdfs://host/lib/a.jar",
                        "--fresh"))
                .isEqualTo(3);
        assertThat(execute("submit", "job.yaml")).isEqualTo(3);
        TrainRequest every = new TrainRequest(
                "job.yaml",
                "hdfs://host/runs/a",
                "yarn",
                4,
                ResumePolicy.AUTO,
                true,
                List.of("training.epochs=3"),
                false);
        assertThat(engine.requests)
                .containsExactly(
                        new SubmitRequest(
                                every,
                                DeployMode.CLUSTER,
                                List.of("--num-executors", "4", "--executor-memory", "2g"),
                                List.of("spark.task.cpus=2", "spark.ui.enabled=false"),
                                "hdfs://host/lib/a.jar"),
                        new SubmitRequest(
                                new TrainRequest(
                                        "job.yaml", null, null, null, ResumePolicy.AUTO, false, List.of(), false),
                                DeployMode.CLIENT,
                                List.of(),
                                List.of(),
                                null));
    }

    @Test
    void severalJobsInClusterModeAreRefused() {
        System.setProperty("spark.submit.deployMode", "cluster");
        try {
            assertThat(execute("train", "a.yaml", "b.yaml")).isEqualTo(2);
        } finally {
            System.clearProperty("spark.submit.deployMode");
        }
        assertThat(engine.requests).isEmpty();
        assertThat(errors.toString()).contains("several jobs with --deploy-mode cluster");
    }

    @Test
    void pipelineAndItsCommands() {
        engine.exitCode = 8;
        assertThat(execute(
                        "pipeline",
                        "p.yaml",
                        "--date",
                        "2026-01-31",
                        "--again",
                        "--master",
                        "yarn",
                        "--set",
                        "data.wait_minutes=0"))
                .isEqualTo(8);
        assertThat(execute("pipeline", "p.yaml")).isEqualTo(8);
        assertThat(execute("pipeline", "rollback", "p.yaml", "--to", "2026-01-29"))
                .isZero();
        assertThat(execute("pipeline", "status", "p.yaml", "--json")).isZero();
        assertThat(engine.requests)
                .containsExactly(
                        new PipelineRequest(
                                "p.yaml", "2026-01-31", true, "yarn", List.of("data.wait_minutes=0"), false),
                        new PipelineRequest("p.yaml", null, false, null, List.of(), false),
                        new RollbackRequest("p.yaml", "2026-01-29", List.of()),
                        new PipelineStatusRequest("p.yaml", true, List.of()));
        assertThat(output.toString()).contains("Rolled back");
    }

    @Test
    void pipelineWantsAFileAndARealDay() {
        assertThat(execute("pipeline")).isEqualTo(2);
        assertThat(execute("pipeline", "rollback")).isEqualTo(2);
        assertThat(execute("pipeline", "p.yaml", "--date", "2026-02-30")).isEqualTo(2);
        assertThat(execute("pipeline", "p.yaml", "--again")).isEqualTo(2);
        assertThat(errors.toString())
                .contains("expected a pipeline file", "--date: expected a day", "--again: expected --date");
        assertThat(engine.requests).isEmpty();
        assertThat(execute("pipeline", "--help")).isZero();
        assertThat(output.toString()).contains("the data did not come in time");
    }

    @Test
    void verifyEndsWithFourWhereSomethingIsDamaged() {
        assertThat(execute("verify", "runs/a", "--json")).isZero();
        assertThat(engine.requests).containsExactly(new VerifyRequest("runs/a", true));
        engine.failing = "runs/b";
        assertThat(execute("verify", "runs/b")).isEqualTo(4);
        assertThat(output.toString()).contains("1 of 2 is damaged");
    }

    @Test
    void strictResumesAreAsked() {
        assertThat(execute("train", "job.yaml", "--strict")).isZero();
        assertThat(engine.requests)
                .containsExactly(new TrainRequest(
                        "job.yaml", null, null, null, ResumePolicy.AUTO, false, List.of(), false, true));
    }

    @Test
    void trainByDefault() {
        assertThat(execute("train", "job.yaml", "--fresh")).isZero();
        assertThat(engine.requests)
                .containsExactly(
                        new TrainRequest("job.yaml", null, null, null, ResumePolicy.AUTO, true, List.of(), false));
    }

    private static TrainRequest request(String job, @Nullable String directory) {
        return new TrainRequest(job, directory, null, null, ResumePolicy.AUTO, false, List.of(), false);
    }

    @Test
    void severalJobsAreTrainedOneAfterTheOtherAndCompared() {
        assertThat(execute("train", "a.yaml", "b.yaml", "--compare", "c.html")).isZero();
        assertThat(engine.requests)
                .containsExactly(
                        request("a.yaml", null),
                        request("b.yaml", null),
                        new ReportRequest(List.of("runs/a", "runs/b"), "c.html"));
        assertThat(output.toString()).contains("Run 1 of 2: runs/a", "Comparison: c.html");
    }

    @Test
    void severalJobsHaveFoldersInTheGivenDirectory() {
        assertThat(execute("train", "a.yaml", "b.yaml", "--run-dir", "hdfs://host/x/"))
                .isZero();
        assertThat(engine.requests)
                .containsExactly(request("a.yaml", "hdfs://host/x/a"), request("b.yaml", "hdfs://host/x/b"));
    }

    @Test
    void oneFailureDoesNotKeepTheOthersFromTheirTurn() {
        engine.failing = "a.yaml";
        assertThat(execute("train", "a.yaml", "b.yaml", "--compare", "c.html")).isEqualTo(ExitCode.DIVERGED.number());
        assertThat(engine.requests).hasSize(3);
        assertThat(errors.toString()).contains("a.yaml diverged");
    }

    @Test
    void aStopEndsTheSeries() {
        engine.exitCode = 7;
        assertThat(execute("train", "a.yaml", "b.yaml")).isEqualTo(7);
        assertThat(engine.requests).hasSize(1);
    }

    @Test
    void jobsOfOneNameAreRefusedBeforeAnythingIsTrained() {
        assertThat(execute("train", "a.yaml", "a.yaml")).isEqualTo(ExitCode.USAGE.number());
        assertThat(engine.requests).isEmpty();
        assertThat(errors.toString()).contains("the same run directory, runs/a");
    }

    @Test
    void reportsOfFinishedRuns() {
        assertThat(execute("report", "runs/a", "runs/b", "--output", "c.html")).isZero();
        assertThat(engine.requests).containsExactly(new ReportRequest(List.of("runs/a", "runs/b"), "c.html"));
        assertThat(output.toString()).contains("Report: c.html");
        assertThat(execute("report")).isEqualTo(ExitCode.USAGE.number());
    }

    @Test
    void theLedgerIsKeptOnRequestAndItsVerdictIsTheExitCode() {
        assertThat(execute("train", "a.yaml", "--set", "seed=3", "--ledger")).isZero();
        assertThat(execute("ledger", "runs/a")).isZero();
        engine.exitCode = 1;
        assertThat(execute("ledger", "runs/a", "--json")).isEqualTo(ExitCode.MODEL.number());
        assertThat(engine.requests)
                .containsExactly(
                        new TrainRequest(
                                "a.yaml",
                                null,
                                null,
                                null,
                                ResumePolicy.AUTO,
                                false,
                                List.of("seed=3", "ledger=true"),
                                false),
                        new LedgerRequest("runs/a", false),
                        new LedgerRequest("runs/a", true));
        assertThat(output.toString()).contains("Proven or not");
    }

    @Test
    void evaluatePredictAndInspect() {
        assertThat(execute("evaluate", "runs/a", "--set", "data.directory=d")).isZero();
        assertThat(execute("--debug", "predict", "runs/a", "--output", "p", "--workers", "2"))
                .isZero();
        assertThat(execute("inspect", "runs/a")).isZero();
        assertThat(engine.requests)
                .containsExactly(
                        new EvaluateRequest("runs/a", null, null, List.of("data.directory=d"), false),
                        new PredictRequest("runs/a", "p", null, 2, List.of(), true),
                        new InspectRequest("runs/a", false));
        assertThat(output.toString()).isEqualTo("Total params: 109386\n");
    }

    @Test
    void predictionsForFiles() {
        assertThat(execute("predict", "--model", "runs/a", "--input", "in", "--output", "p"))
                .isZero();
        assertThat(execute(
                        "predict",
                        "runs/a",
                        "--input",
                        "in/*.csv",
                        "--output",
                        "p.csv",
                        "--format",
                        "csv",
                        "--keep",
                        "id,name",
                        "--on-bad-row",
                        "null",
                        "--batch-size",
                        "64",
                        "--partitions",
                        "8",
                        "--probabilities",
                        "none",
                        "--master",
                        "yarn"))
                .isZero();
        assertThat(engine.requests)
                .containsExactly(
                        new PredictRequest(
                                "runs/a",
                                "p",
                                null,
                                null,
                                List.of(),
                                false,
                                new InputRequest("in", null, null, BadRows.FAIL, 256, null, null)),
                        new PredictRequest(
                                "runs/a",
                                "p.csv",
                                "yarn",
                                null,
                                List.of(),
                                false,
                                new InputRequest(
                                        "in/*.csv",
                                        InputFormat.CSV,
                                        List.of("id", "name"),
                                        BadRows.NULL,
                                        64,
                                        8,
                                        Probabilities.NONE)));
    }

    @Test
    void optionsOfPredictThatDoNotGoTogetherAreRefused() {
        for (List<String> wrong : List.of(
                List.of("--output", "p"),
                List.of("runs/a", "--model", "runs/a", "--output", "p"),
                List.of("runs/a", "--output", "p", "--keep", "id"),
                List.of("runs/a", "--input", "in", "--output", "p", "--format", "orc"),
                List.of("runs/a", "--input", "in", "--output", "p", "--batch-size", "0"))) {
            String[] arguments =
                    Stream.concat(Stream.of("predict"), wrong.stream()).toArray(String[]::new);
            assertThat(execute(arguments)).as("%s", wrong).isEqualTo(ExitCode.USAGE.number());
        }
        assertThat(engine.requests).isEmpty();
        assertThat(errors.toString())
                .contains("expected --model RUN, once")
                .contains("--input")
                .contains("expected one of parquet, csv, idx, images, found \"orc\"")
                .contains("--batch-size: expected a whole number above 0, found 0");
    }

    @Test
    void importAndExport() {
        assertThat(execute("import", "m.h5", "--output", "d")).isZero();
        assertThat(execute("import", "m.zip", "--output", "d", "--input-shape", "28,28,1", "--data", "job.yaml"))
                .isZero();
        assertThat(execute("export", "--model", "runs/a", "--format", "dl4j", "--output", "m.zip"))
                .isZero();
        assertThat(engine.requests)
                .containsExactly(
                        new ImportRequest("m.h5", "d", null, null, false),
                        new ImportRequest("m.zip", "d", "28,28,1", "job.yaml", false),
                        new ExportRequest("runs/a", "m.zip", false));
        assertThat(execute("export", "--model", "runs/a", "--format", "onnx", "--output", "m"))
                .isEqualTo(2);
    }

    @Test
    void planWithEveryOptionAndByDefault() {
        assertThat(execute(
                        "plan",
                        "job.yaml",
                        "--workers",
                        "1..8",
                        "--network",
                        "100mbit,5ms",
                        "--samples",
                        "1000",
                        "--set",
                        "training.batch_size=64",
                        "--json"))
                .isZero();
        assertThat(execute("plan", "job.yaml")).isZero();
        assertThat(engine.requests)
                .containsExactly(
                        new PlanRequest(
                                "job.yaml",
                                List.of(1, 2, 4, 8),
                                new NetworkSpeed("100mbit,5ms", 1e8, 5e-3),
                                1000,
                                List.of("training.batch_size=64"),
                                true,
                                false),
                        new PlanRequest(
                                "job.yaml",
                                List.of(1, 2, 4, 8, 16, 32, 64),
                                new NetworkSpeed("10gbit", 1e10, 1e-4),
                                null,
                                List.of(),
                                false,
                                false));
        assertThat(output.toString()).isEqualTo("Spark will not pay\nSpark will not pay\n");
    }

    @Test
    void aMisspeltOptionOrCommandGetsASuggestion() {
        assertThat(execute("train", "job.yaml", "--mastr", "local")).isEqualTo(2);
        assertThat(errors.toString())
                .startsWith("lockstep: Unknown option")
                .contains("--master")
                .endsWith("See 'lockstep train --help'.\n");
        assertThat(execute("trian", "job.yaml")).isEqualTo(2);
        assertThat(errors.toString()).contains("Did you mean: ", "lockstep train");
        assertThat(engine.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "train",
                "train job --workers 0",
                "train job --workers two",
                "train job --set epochs",
                "train job --resume sometimes",
                "train job --resume require --fresh",
                "predict runs/a",
                "submit",
                "submit a.yaml b.yaml",
                "submit job --deploy-mode somewhere",
                "submit job --conf spark.task.cpus",
                "submit job --num-executors 0",
                "plan",
                "plan job --workers 4..1",
                "plan job --network 10",
                "plan job --samples 0",
                "plan job --set epochs",
                "data",
                "data fetch cifar",
                "data draw",
                "data draw horses",
                "data draw cats-and-dogs --side 0"
            })
    void aWrongCommandLineEndsWithTwo(String line) {
        assertThat(execute(line.isEmpty() ? new String[0] : line.split(" ", -1)))
                .isEqualTo(2);
        assertThat(errors.toString()).startsWith("lockstep: ").doesNotContain("\tat ");
        assertThat(errors.toString().lines().count()).isLessThanOrEqualTo(4);
        assertThat(engine.requests).isEmpty();
    }

    @Test
    void wrongValuesSayWhatWasExpected() {
        execute("train", "job", "--workers", "0");
        execute("train", "job", "--set", "epochs");
        execute("train", "job", "--resume", "sometimes");
        execute("plan", "job", "--workers", "4..1");
        execute("plan", "job", "--network", "10");
        assertThat(errors.toString())
                .contains("--workers: expected a whole number above 0, found 0")
                .contains("--set: expected KEY=VALUE such as training.epochs=3, found \"epochs\"")
                .contains("expected auto, never or require, found \"sometimes\"")
                .contains("--workers: expected a range such as 1..1024 or a list such as 1,2,8")
                .contains("--network: expected a bandwidth such as 10gbit or 100mbit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "train --help",
                "submit --help",
                "evaluate -h",
                "predict --help",
                "inspect --help",
                "verify --help",
                "plan --help",
                "data fetch --help",
                "data draw --help"
            })
    void helpHasExamplesAndExitCodesAndNeedsNoEngine(String line) {
        int exitCode = LockstepCommand.execute(
                () -> {
                    throw new AssertionError("help asked for the engine");
                },
                new PrintWriter(output, true),
                new PrintWriter(errors, true),
                line.split(" ", -1));

        assertThat(exitCode).isZero();
        assertThat(errors.toString()).isEmpty();
        assertThat(output.toString())
                .startsWith("Usage: lockstep")
                .contains("Examples:", "Exit codes:", "7   stopped; the same command resumes", "--debug");
        assertThat(output.toString().lines()).allMatch(text -> text.length() <= 100);
    }

    @Test
    void versionsForABugReport() {
        assertThat(execute("--version")).isZero();
        assertThat(output.toString()).matches("Lockstep \\d+\\.\\d+\\.\\S+ \\(Java 17, Spark 3\\.5\\.5\\)\n");
    }

    @Test
    void aFailureForPeopleIsItsMessageAndCode() {
        assertThat(failing(new LockstepException(ExitCode.DATA, "no rows in a.csv")))
                .isEqualTo(3);
        assertThat(errors.toString()).isEqualTo("lockstep: no rows in a.csv\n");
    }

    @Test
    void aFailureForPeopleInsideAnotherIsFound() {
        Throwable inner = new LockstepException(ExitCode.DIVERGED, "the loss is NaN at step 12");
        assertThat(failing(new IllegalStateException("wrapped", inner))).isEqualTo(6);
        assertThat(errors.toString()).isEqualTo("lockstep: the loss is NaN at step 12\n");
    }

    @Test
    void clusterFailuresEndWithFiveAndOneLine() {
        assertThat(failing(new SparkException("Job aborted\n\tat org.apache.spark.Scheduler\n\tat b")))
                .isEqualTo(5);
        assertThat(errors.toString())
                .isEqualTo("lockstep: unexpected: SparkException: Job aborted (run again with --debug for the stack"
                        + " trace)\n");
        assertThat(failing(new IllegalStateException(new IOException("connection reset"))))
                .isEqualTo(5);
    }

    @Test
    void faultsOfOurOwnEndWithOne() {
        assertThat(failing(new IllegalStateException((String) null))).isEqualTo(1);
        assertThat(failing(new OutOfMemoryError("Java heap space"))).isEqualTo(1);
        assertThat(errors.toString())
                .contains("lockstep: unexpected: java.lang.IllegalStateException (run again")
                .contains("lockstep: unexpected: OutOfMemoryError: Java heap space (run again")
                .doesNotContain("\tat ");
    }

    @Test
    void debugShowsTheStackTrace() {
        assertThat(failing(new LockstepException(ExitCode.DATA, "no rows"), "--debug"))
                .isEqualTo(3);
        assertThat(errors.toString())
                .startsWith("lockstep: no rows\n")
                .contains("\tat dev.lockstep.spark.cli.LockstepCommandTest");
    }

    private int failing(Throwable failure, String... options) {
        Supplier<RunCommands> supplier = () -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw LockstepCommandTest.<RuntimeException>unchecked(failure);
        };
        String[] arguments = new String[options.length + 2];
        arguments[0] = "train";
        arguments[1] = "job.yaml";
        System.arraycopy(options, 0, arguments, 2, options.length);
        return LockstepCommand.execute(
                supplier, new PrintWriter(output, true), new PrintWriter(errors, true), arguments);
    }

    /** Scala throws checked exceptions undeclared, and so does this. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T unchecked(Throwable failure) throws T {
        throw (T) failure;
    }

    private int execute(String... arguments) {
        return LockstepCommand.execute(
                () -> engine, new PrintWriter(output, true), new PrintWriter(errors, true), arguments);
    }
}
