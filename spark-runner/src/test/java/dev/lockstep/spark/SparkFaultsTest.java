package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.logging.RecordedLog;
import dev.lockstep.spark.cli.EvaluateRequest;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.cli.TrainRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.Level;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.TaskInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sun.misc.Signal;

/** What Spark itself does to a run, as far as one process can show it. */
@Tag("spark")
class SparkFaultsTest {
    private static final long DEADLINE_SECONDS = 60;
    private static final int STEPS = 40 * 30;

    /** A cluster that has a worker, and no executor that fits it. */
    private static final String NO_EXECUTORS = "local-cluster[1,1,1024]";

    private static final List<String> TOO_LARGE_EXECUTORS =
            List.of("cluster.spark.spark.executor.cores=2", "cluster.join_seconds=2");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Path jobFile;

    @SuppressWarnings("NullAway.Init")
    private static JsonNode undisturbed;

    @BeforeAll
    static void trainUndisturbed() throws IOException {
        jobFile = Files.writeString(folder.resolve("job.yaml"), job("{}"));
        assertThat(TestRuns.train(jobFile, folder.resolve("undisturbed"))).isZero();
        undisturbed = TestRuns.result(folder.resolve("undisturbed"));
        assertThat(undisturbed.path("steps").asInt()).isEqualTo(STEPS);
    }

    private static String job(String spark) {
        return TestSpark.digitsYaml()
                .replace("epochs: 2", "epochs: 40")
                .replace("batch_size: 60", "batch_size: 20")
                .replace("5 steps", "10 epochs")
                .replace("{workers: 2}", "{workers: 2, spark: " + spark + "}");
    }

    @AfterEach
    void forgetActions() {
        TaskStarts.onJob(job -> {});
    }

    private static void assertSame(Path run) throws IOException {
        assertThat(TestRuns.result(run).path("parameters_sha256")).isEqualTo(undisturbed.path("parameters_sha256"));
    }

    private static String listener() {
        return "cluster.spark.spark.extraListeners=" + TaskStarts.class.getName();
    }

    private static void awaitEpoch(Path run, CompletableFuture<Integer> training) throws Exception {
        Path metrics = run.resolve("metrics.jsonl");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!Files.exists(metrics) || !Files.readString(metrics).contains("\"event\":\"epoch\"")) {
            assertThat(training).isNotDone();
            assertThat(System.nanoTime()).as("no epoch in time").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    /** The first attempt of a worker is ended in the middle; Spark starts a second, which takes the rank. */
    @Test
    void aTaskThatSparkRetriesTakesItsRankAgain() throws Exception {
        TaskStarts.TASKS.clear();
        Path run = folder.resolve("retried");
        CompletableFuture<Integer> training =
                CompletableFuture.supplyAsync(() -> TestRuns.train(jobFile, run, listener()));
        awaitEpoch(run, training);
        // The last two that started are the workers.
        TaskInfo worker =
                TaskStarts.TASKS.stream().reduce((first, second) -> second).orElseThrow();
        assertThat(SparkContext.getOrCreate().killTaskAttempt(worker.taskId(), true, "the test wants it"))
                .isTrue();
        assertThat(training.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isZero();

        assertThat(TaskStarts.TASKS).anySatisfy(again -> {
            assertThat(again.index()).isEqualTo(worker.index());
            assertThat(again.attemptNumber()).isEqualTo(1);
        });
        JsonNode result = TestRuns.result(run);
        assertThat(result.path("worker_rejoins").asInt()).isPositive();
        assertThat(result.path("restarts").asInt()).isZero();
        assertSame(run);
    }

    /** It would be a second worker of the same rank. */
    @Test
    void speculationIsTurnedOffWithAWord() {
        try (RecordedLog log = new RecordedLog(SparkContexts.class)) {
            var configuration = SparkContexts.configure(
                    JobFile.read(
                            job("{spark.speculation: \"true\", spark.task.maxFailures: \"2\"}"),
                            "job",
                            List.of(),
                            Map.of()),
                    "local[2]",
                    OptionalInt.of(2));
            assertThat(configuration.get("spark.speculation")).isEqualTo("false");
            assertThat(configuration.get("spark.task.maxFailures")).isEqualTo("2");
            assertThat(log.messages())
                    .anyMatch(line -> line.contains("spark.speculation is turned off"))
                    .anyMatch(line -> line.contains("spark.task.maxFailures is 2"));
        }
    }

    @Test
    void aStopWhileSamplesArePackedIsObeyedAndTheSameCommandContinues() throws IOException {
        AtomicBoolean raised = new AtomicBoolean();
        TaskStarts.onJob(job -> {
            // Once: a second signal ends the process, and packing may come to a second job before it is stopped.
            if (raised.compareAndSet(false, true)) {
                Signal.raise(new Signal("TERM"));
            }
        });
        Path run = folder.resolve("stopped");
        assertThatThrownBy(() -> TestRuns.train(jobFile, run, listener()))
                .isInstanceOfSatisfying(LockstepException.class, stopped -> assertThat(stopped.exitCode())
                        .isEqualTo(ExitCode.STOPPED))
                .hasMessageContaining("packing the samples");
        assertThat(TestRuns.result(run).path("status").asText()).isEqualTo("stopped");
        assertThat(TestRuns.result(run).path("error").isNull()).isTrue();

        TaskStarts.onJob(job -> {});
        assertThat(TestRuns.train(jobFile, run)).isZero();
        assertSame(run);
    }

    /** Spark itself would wait for ever. */
    @Test
    void aClusterWithoutRoomFailsAtTheDeadline() throws IOException {
        Path run = folder.resolve("no-room");
        assertThatThrownBy(() -> new SparkRunCommands()
                        .train(new TrainRequest(
                                jobFile.toString(),
                                run.toString(),
                                NO_EXECUTORS,
                                1,
                                ResumePolicy.AUTO,
                                false,
                                TOO_LARGE_EXECUTORS,
                                false)))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.CLUSTER))
                .hasMessageContainingAll("packing the samples", "have 0, need 1", "cluster.join_seconds");
        assertThat(TestRuns.result(run).path("status").asText()).isEqualTo("failed");

        Path trained = folder.resolve("undisturbed");
        assertThatThrownBy(() -> new SparkRunCommands()
                        .evaluate(new EvaluateRequest(trained.toString(), NO_EXECUTORS, 1, TOO_LARGE_EXECUTORS, false)))
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll("evaluating", "have 0, need 1");
    }

    /** No port for Spark's web pages, nobody at the other end of its metrics: the training does not notice. */
    @Test
    void theRunNeedsNeitherSparksPagesNorItsMetrics() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                RecordedLog log = new RecordedLog(SparkContexts.class.getName(), Level.WARN)) {
            String sink = "spark.metrics.conf.*.sink.graphite.";
            String spark = "{spark.ui.enabled: \"true\", spark.ui.port: \"" + taken.getLocalPort()
                    + "\", spark.port.maxRetries: \"0\", \"" + sink
                    + "class\": org.apache.spark.metrics.sink.GraphiteSink, \"" + sink + "host\": 127.0.0.1, \"" + sink
                    + "port\": \"1\", \"" + sink + "period\": \"1\"}";
            Path job = Files.writeString(folder.resolve("pages.yaml"), job(spark));
            Path run = folder.resolve("pages");
            assertThat(TestRuns.train(job, run)).isZero();
            assertThat(log.messages()).anyMatch(line -> line.contains("Spark's web pages are left out"));
            assertSame(run);
        }
    }
}
