package dev.lockstep.spark;

import static dev.lockstep.spark.ExampleTraining.DEADLINE;
import static dev.lockstep.spark.ExampleTraining.SEPARATE_EXECUTORS;
import static dev.lockstep.spark.ExampleTraining.command;
import static dev.lockstep.spark.ExampleTraining.complete;
import static dev.lockstep.spark.ExampleTraining.result;
import static dev.lockstep.spark.ExampleTraining.start;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.spark.launch.RunningLockstep;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that are JVMs of their own are lost; the run goes on and ends with the same bits. */
@Tag("spark")
class LostExecutorIT {
    private static final String[] SAMPLES = {"data.train_samples=6000", "data.test_samples=1000"};

    /** Short steps, and so many of them that a run outlasts what is done to it. */
    private static final int EPOCHS = 60;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static String[] job(int epochs, String... more) {
        return Stream.of(List.of(SAMPLES), List.of("training.epochs=" + epochs), List.of(more))
                .flatMap(List::stream)
                .toArray(String[]::new);
    }

    private CompletableFuture<JsonNode> undisturbed(int epochs) {
        Path run = directory.resolve("undisturbed");
        String[] overrides = job(epochs, "checkpoint.every=" + epochs + " epochs");
        return CompletableFuture.supplyAsync(() -> ExampleTraining.inThisProcess("digits.yaml", run, overrides));
    }

    private static void assertSame(JsonNode actual, CompletableFuture<JsonNode> undisturbed) throws Exception {
        JsonNode expected = undisturbed.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        assertThat(actual.path("status").asText()).isEqualTo("completed");
        assertThat(actual.path("restarts").asInt()).isZero();
        assertThat(actual.path("parameters_sha256")).isEqualTo(expected.path("parameters_sha256"));
        assertThat(actual.path("test")).isEqualTo(expected.path("test"));
    }

    /**
     * Same bits in one JVM and in separate executors, of which one is killed at any moment, and then both at once in the
     * middle of a checkpoint. Who is not killed keeps its JVM, and with it data and warm code.
     */
    @Test
    void killedExecutorsComeBackAndTheModelIsTheSame() throws Exception {
        CompletableFuture<JsonNode> undisturbed = undisturbed(EPOCHS);
        String[] job = job(EPOCHS, "checkpoint.every=40 steps");
        Path disturbed = directory.resolve("disturbed");
        try (RunningLockstep run =
                start(directory, command("digits.yaml", disturbed.toString(), SEPARATE_EXECUTORS, job))) {
            ExecutorKills kills = new ExecutorKills(run, disturbed);
            run.awaitOutput("Epoch 2/" + EPOCHS + " ", DEADLINE);
            kills.one(ExecutorKills.ANY);
            kills.bothInTheMiddleOfACheckpoint();
            assertThat(run.awaitExit(DEADLINE)).as(run.output()).isZero();
            kills.requireReasons();
        }
        JsonNode actual = result(disturbed);
        assertThat(actual.path("worker_rejoins").asInt()).isGreaterThanOrEqualTo(2);
        assertSame(actual, undisturbed);
    }

    @Test
    @Tag("slow")
    void oneRankIsKilledSixTimes() throws Exception {
        String[] job = job(200, "checkpoint.every=40 steps");
        CompletableFuture<JsonNode> undisturbed = undisturbed(200);
        Path disturbed = directory.resolve("disturbed");
        try (RunningLockstep run =
                start(directory, command("digits.yaml", disturbed.toString(), SEPARATE_EXECUTORS, job))) {
            ExecutorKills kills = new ExecutorKills(run, disturbed);
            run.awaitOutput("Epoch 2/200 ", DEADLINE);
            for (int kill = 0; kill < 3; kill++) {
                kills.one(0);
                kills.inTheMiddleOfACheckpoint();
            }
            assertThat(run.awaitExit(DEADLINE)).as(run.output()).isZero();
        }
        JsonNode actual = result(disturbed);
        assertThat(actual.path("worker_rejoins").asInt()).isGreaterThanOrEqualTo(6);
        assertSame(actual, undisturbed);
    }

    /** Paused, not dead: no connection breaks, and only the silence tells. */
    @Test
    @Tag("slow")
    void aPausedExecutorIsReplacedAndTheModelIsTheSame() throws Exception {
        String[] overrides = job(8, "cluster.stall_seconds=5");
        Path disturbed = directory.resolve("paused");
        try (RunningLockstep run =
                start(directory, command("digits.yaml", disturbed.toString(), SEPARATE_EXECUTORS, overrides))) {
            run.awaitOutput("Epoch 2/8 ", DEADLINE);
            long paused = run.executors().get(1).pid();
            assertThat(new ProcessBuilder("kill", "-STOP", String.valueOf(paused))
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(run.awaitExit(DEADLINE)).as(run.output()).isZero();
            assertThat(run.output()).contains("silent for 5 s", "cluster.stall_seconds", "is being replaced");
            assertThat(ProcessHandle.of(paused)).isEmpty();
        }
        JsonNode actual = result(disturbed);
        assertThat(actual.path("worker_rejoins").asInt()).isPositive();
        assertSame(actual, undisturbed(8));
    }

    /** Two workers meet again after a loss: a stop that comes then does not wait until the cluster has room again. */
    @Test
    @Tag("slow")
    void aStopDuringARegroupKeepsEveryStepAndTheSameCommandContinues() throws Exception {
        String[] job = job(30);
        Path disturbed = directory.resolve("disturbed");
        var command = command("digits.yaml", disturbed.toString(), SEPARATE_EXECUTORS, job);
        try (RunningLockstep run = start(directory, command)) {
            run.awaitOutput("Epoch 2/30 ", DEADLINE);
            run.executors().get(0).destroyForcibly();
            new RunEvents(disturbed).await("worker_lost", 1, DEADLINE, () -> "");
            run.terminate();
            assertThat(run.awaitExit(DEADLINE)).as(run.output()).isEqualTo(7);
        }
        JsonNode stopped = result(disturbed);
        assertThat(stopped.path("status").asText()).isEqualTo("stopped");
        assertThat(stopped.path("steps").asInt()).isGreaterThanOrEqualTo(2 * 43);
        complete(directory, command);
        assertSame(result(disturbed), undisturbed(30));
    }
}
