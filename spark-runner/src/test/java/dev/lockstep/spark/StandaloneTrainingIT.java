package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.spark.launch.ChildProcess;
import dev.lockstep.spark.launch.RunningLockstep;
import dev.lockstep.spark.launch.SparkInstallation;
import dev.lockstep.spark.launch.SparkSubmitRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on Spark's own cluster: a master and two workers, each a JVM, and the assembly by plain spark-submit. */
@Tag("spark")
@Tag("slow")
class StandaloneTrainingIT {
    private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
    private static final Duration DEADLINE = Duration.ofMinutes(4);
    private static final Duration START_DEADLINE = Duration.ofMinutes(1);
    private static final int WORKERS = 2;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final List<RunningLockstep> daemons = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private SparkSubmitRunner submitter;

    @SuppressWarnings("NullAway.Init")
    private SparkInstallation installation;

    @SuppressWarnings("NullAway.Init")
    private String master;

    @BeforeEach
    void startCluster() throws Exception {
        submitter = new SparkSubmitRunner();
        installation = SparkInstallation.layOut(directory.resolve("spark"), submitter.sparkJars());
        RunningLockstep masterProcess = daemon(
                "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0");
        master = masterProcess
                .awaitOutput("Starting Spark master at (spark://\\S+)", START_DEADLINE)
                .group(1);
        for (int worker = 0; worker < WORKERS; worker++) {
            Path work = Files.createDirectory(directory.resolve("worker" + worker));
            daemon(
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    "127.0.0.1",
                    "--cores",
                    "1",
                    "--memory",
                    "1g",
                    "--webui-port",
                    "0",
                    "--work-dir",
                    work.toString(),
                    master);
        }
        for (RunningLockstep worker : workers()) {
            worker.awaitOutput("Successfully registered with master", START_DEADLINE);
        }
    }

    @AfterEach
    void stopCluster() {
        daemons.forEach(RunningLockstep::close);
    }

    private RunningLockstep daemon(String mainClass, String... arguments) throws IOException {
        RunningLockstep started = installation.start(directory, mainClass, arguments);
        daemons.add(started);
        return started;
    }

    private List<RunningLockstep> workers() {
        return daemons.subList(1, daemons.size());
    }

    private List<ProcessHandle> executors() {
        return workers().stream().flatMap(worker -> worker.executors().stream()).toList();
    }

    private static List<String> train(Path run) {
        return List.of(
                "train",
                ROOT.resolve("examples/digits.yaml").toString(),
                "--run-dir",
                run.toString(),
                "--set",
                "data.train_samples=6000",
                "--set",
                "data.test_samples=1000",
                "--set",
                "training.epochs=8");
    }

    /** The same bits as in one JVM, although one executor of two is killed in the middle. */
    @Test
    void trainsOnTwoWorkersAndOutlivesAKilledExecutor() throws Exception {
        Path local = directory.resolve("local");
        ChildProcess.Result alone =
                submitter.submit(directory, "local[2]", DEADLINE, train(local).toArray(new String[0]));
        assertThat(alone.exitCode()).as(alone.errors()).isZero();

        Path disturbed = directory.resolve("disturbed");
        try (RunningLockstep run =
                submitter.start(directory, installation, null, List.of("--master", master), train(disturbed))) {
            run.awaitOutput("Epoch 2/8 ", DEADLINE);
            assertThat(executors()).hasSize(WORKERS);
            assertThat(executors().get(0).destroyForcibly()).isTrue();
            assertThat(run.awaitExit(DEADLINE)).as(run.output()).isZero();
        }
        JsonNode result = TestRuns.result(disturbed);
        requireSame(result, TestRuns.result(local));
        assertThat(result.path("worker_rejoins").asInt()).isPositive();
        assertThat(result.path("restarts").asInt()).isZero();
    }

    private void requireSame(JsonNode result, JsonNode local) {
        assertThat(result.path("status").asText()).isEqualTo("completed");
        assertThat(result.path("master").asText()).isEqualTo(master);
        assertThat(result.path("workers").asInt()).isEqualTo(WORKERS);
        assertThat(result.path("parameters_sha256").asText())
                .hasSize(64)
                .isEqualTo(local.path("parameters_sha256").asText());
        assertThat(result.path("test")).isEqualTo(local.path("test"));
    }
}
