package dev.lockstep.spark;

import static dev.lockstep.spark.ExampleTraining.DEADLINE;
import static dev.lockstep.spark.ExampleTraining.LOCAL;
import static dev.lockstep.spark.ExampleTraining.SEPARATE_EXECUTORS;
import static dev.lockstep.spark.ExampleTraining.command;
import static dev.lockstep.spark.ExampleTraining.complete;
import static dev.lockstep.spark.ExampleTraining.result;
import static dev.lockstep.spark.ExampleTraining.start;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.spark.launch.RunningLockstep;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that are JVMs of their own are lost; the run goes on and ends with the same bits. */
@Tag("spark")
class LostExecutorIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** Same bits in one JVM and in separate executors, a killed executor included. */
    @Test
    void aKilledExecutorComesBackAndTheModelIsTheSame() throws Exception {
        String[] overrides = {"data.train_samples=6000", "data.test_samples=1000", "training.epochs=8"};
        Path undisturbed = directory.resolve("undisturbed");
        complete(directory, command("digits.yaml", undisturbed.toString(), LOCAL, overrides));

        Path disturbed = directory.resolve("disturbed");
        try (RunningLockstep run =
                start(directory, command("digits.yaml", disturbed.toString(), SEPARATE_EXECUTORS, overrides))) {
            run.awaitOutput("Epoch 2/8 ", DEADLINE);
            assertThat(run.executors()).hasSize(2);
            assertThat(run.executors().get(0).destroyForcibly()).isTrue();
            assertThat(run.awaitExit(DEADLINE)).as(run.output()).isZero();
        }

        JsonNode actual = result(disturbed);
        assertThat(actual.path("worker_rejoins").asInt()).isPositive();
        assertThat(actual.path("restarts").asInt()).isZero();
        assertThat(actual.path("parameters_sha256"))
                .isEqualTo(result(undisturbed).path("parameters_sha256"));
        assertThat(actual.path("test")).isEqualTo(result(undisturbed).path("test"));
    }

    /** Paused, not dead: no connection breaks, and only the silence tells. */
    @Test
    @Tag("slow")
    void aPausedExecutorIsReplacedAndTheModelIsTheSame() throws Exception {
        String[] overrides = {
            "data.train_samples=6000", "data.test_samples=1000", "training.epochs=8", "cluster.stall_seconds=5"
        };
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
        Path undisturbed = directory.resolve("undisturbed");
        complete(directory, command("digits.yaml", undisturbed.toString(), LOCAL, overrides));

        JsonNode actual = result(disturbed);
        assertThat(actual.path("worker_rejoins").asInt()).isPositive();
        assertThat(actual.path("parameters_sha256"))
                .isEqualTo(result(undisturbed).path("parameters_sha256"));
    }
}
