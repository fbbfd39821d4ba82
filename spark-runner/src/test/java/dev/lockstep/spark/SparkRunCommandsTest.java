package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.logging.RecordedLog;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.cli.TrainRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkRunCommandsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** Logs the job, and is refused before Spark would start. */
    private void trainWithASecret(boolean debug) throws IOException {
        Path job = Files.writeString(directory.resolve("job.yaml"), TestSpark.digitsYaml());
        TrainRequest request = new TrainRequest(
                job.toString(),
                directory.resolve("run").toString(),
                "local[2]",
                4,
                ResumePolicy.AUTO,
                false,
                List.of("training.batch_size=31", "cluster.spark.spark.authenticate.secret=canary"),
                debug);
        assertThatThrownBy(() -> new SparkRunCommands().train(request)).hasMessageContaining("task slots");
    }

    private static void assertIsTheJobWithoutItsSecret(String message) {
        assertThat(message)
                .contains("name: tiny", "units: 10", "batch_size: 31", "workers: 4", "spark.authenticate.secret: '***'")
                .doesNotContain("canary");
    }

    @Test
    void theDriversLogHasTheResolvedJobWithoutItsSecrets() throws IOException {
        try (RecordedLog log = new RecordedLog(JobLoader.class.getName(), Level.INFO)) {
            trainWithASecret(false);
            assertThat(log.messages()).singleElement().satisfies(SparkRunCommandsTest::assertIsTheJobWithoutItsSecret);
        }
    }

    /** With the configuration that the launcher's terminal has. */
    @Test
    void theTerminalShowsTheResolvedJobOnlyWhenAsked() throws IOException {
        try (RecordedLog log = new RecordedLog("dev.lockstep", Level.INFO)) {
            trainWithASecret(false);
            assertThat(log.messages()).noneMatch(message -> message.contains("resolved job"));
            trainWithASecret(true);
            assertThat(log.messages())
                    .filteredOn(message -> message.contains("resolved job"))
                    .singleElement()
                    .satisfies(SparkRunCommandsTest::assertIsTheJobWithoutItsSecret);
        }
    }

    private static SparkConf deployed(String mode) {
        return new SparkConf(false).set("spark.submit.deployMode", mode);
    }

    @Test
    void aDriverInTheClusterKeepsNoRunAtALocalPath() {
        assertThatThrownBy(() -> SparkRunCommands.requireLasting("runs/digits", deployed("cluster")))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContainingAll("runs/digits", "--deploy-mode cluster", "--run-dir", "hdfs://");
        assertThatThrownBy(() -> SparkRunCommands.requireLasting("/shared/runs/digits", deployed("cluster")))
                .hasMessageContaining("file:///path");
        assertThatCode(() -> {
                    SparkRunCommands.requireLasting("hdfs:///runs/digits", deployed("cluster"));
                    SparkRunCommands.requireLasting("file:///shared/runs/digits", deployed("cluster"));
                    SparkRunCommands.requireLasting("runs/digits", deployed("client"));
                    SparkRunCommands.requireLasting("runs/digits", new SparkConf(false));
                })
                .doesNotThrowAnyException();
    }
}
