package dev.lockstep.spark;

import static dev.lockstep.spark.ExampleTraining.DEADLINE;
import static dev.lockstep.spark.ExampleTraining.SEPARATE_EXECUTORS;
import static dev.lockstep.spark.ExampleTraining.result;
import static dev.lockstep.spark.ExampleTraining.start;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.spark.launch.RunningLockstep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters that give fewer executors than they are configured for, and executors that come and go. */
@Tag("spark")
@Tag("slow")
class ClusterRoomIT {
    private static final int STEPS = 60 * 30;

    /** One task slot where the master promises two. */
    private static final String ONE_SLOT = "cluster.spark.spark.cores.max=1";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path jobFile;

    /** Without a number of workers: the cluster says it. */
    @BeforeEach
    void writeJob() throws IOException {
        jobFile = Files.writeString(
                directory.resolve("job.yaml"),
                TestSpark.digitsYaml()
                        .replace("epochs: 2", "epochs: 60")
                        .replace("batch_size: 60", "batch_size: 20")
                        .replace("cluster: {workers: 2}\n", ""));
    }

    private List<String> train(Path run, String... overrides) {
        List<String> command = new ArrayList<>(List.of("train", jobFile.toString(), "--run-dir", run.toString()));
        command.addAll(List.of("--master", SEPARATE_EXECUTORS));
        for (String override : overrides) {
            command.addAll(List.of("--set", override));
        }
        return command;
    }

    @Test
    void theWorkersThatThereAreTrainWhatTheClusterPromisedForTwo() throws Exception {
        Path run = directory.resolve("run");
        try (RunningLockstep training = start(directory, train(run, ONE_SLOT, "cluster.join_seconds=20"))) {
            assertThat(training.awaitExit(DEADLINE)).as(training.output()).isZero();
            assertThat(training.output()).contains("1 instead of 2 workers");
        }
        JsonNode result = result(run);
        assertThat(result.path("workers").asInt()).isEqualTo(1);
        assertThat(result.path("restarts").asInt()).isEqualTo(1);
        assertThat(result.path("steps").asInt()).isEqualTo(STEPS);
        Path alone = directory.resolve("alone");
        assertThat(TestRuns.train(jobFile, alone, "cluster.workers=1")).isZero();
        assertThat(result.path("parameters_sha256"))
                .isEqualTo(TestRuns.result(alone).path("parameters_sha256"));
    }

    @Test
    void aNumberThatWasAskedForIsNotLowered() throws Exception {
        Path run = directory.resolve("run");
        String[] asked = {ONE_SLOT, "cluster.join_seconds=20", "cluster.workers=2"};
        try (RunningLockstep training = start(directory, train(run, asked))) {
            assertThat(training.awaitExit(DEADLINE)).as(training.output()).isEqualTo(5);
            assertThat(training.output()).contains("have 1, need 2", "cluster.join_seconds", "--workers");
        }
        assertThat(result(run).path("restarts").asInt()).isZero();
    }

    /** Spark asks for executors as tasks wait for them, and takes none away that works. */
    @Test
    void dynamicAllocationBringsWorkersAndBringsThemBack() throws Exception {
        CompletableFuture<Integer> undisturbed = CompletableFuture.supplyAsync(
                () -> TestRuns.train(jobFile, directory.resolve("undisturbed"), "cluster.workers=2"));
        Path run = directory.resolve("run");
        String dynamic = "cluster.spark.spark.dynamicAllocation.";
        String[] settings = {
            dynamic + "enabled=true",
            dynamic + "shuffleTracking.enabled=true",
            dynamic + "maxExecutors=2",
            dynamic + "executorIdleTimeout=5s"
        };
        try (RunningLockstep training = start(directory, train(run, settings))) {
            training.awaitOutput("Epoch 2/60 ", DEADLINE);
            new ExecutorKills(training, run).one(1);
            assertThat(training.awaitExit(DEADLINE)).as(training.output()).isZero();
        }
        JsonNode result = result(run);
        assertThat(result.path("restarts").asInt()).isZero();
        assertThat(result.path("worker_rejoins").asInt()).isPositive();
        assertThat(undisturbed.get(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isZero();
        assertThat(result.path("parameters_sha256"))
                .isEqualTo(TestRuns.result(directory.resolve("undisturbed")).path("parameters_sha256"));
    }
}
