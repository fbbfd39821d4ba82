package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM in the middle of a run, in a process of its own: nothing is lost, and the same command goes on. */
@Tag("spark")
@Tag("process")
class StopOnSignalTest {
    private static final int DEADLINE_SECONDS = 120;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Process start(Path jobFile, Path run) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + Path.of("target", "launch", "java-arguments").toAbsolutePath(),
                        "dev.lockstep.spark.LockstepCli",
                        "train",
                        jobFile.toString(),
                        "--run-dir",
                        run.toString(),
                        "--master",
                        "local[2]"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output.txt").toFile()))
                .start();
    }

    private int exitCode(Process process) throws InterruptedException, IOException {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running\n" + Files.readString(folder.resolve("output.txt")));
        }
        return process.exitValue();
    }

    private void awaitFirstEpoch(Process process, Path run) throws InterruptedException, IOException {
        Path metrics = run.resolve("metrics.jsonl");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!Files.exists(metrics) || !Files.readString(metrics).contains("\"event\":\"epoch\"")) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("no epoch\n" + Files.readString(folder.resolve("output.txt")));
            }
            Thread.sleep(20);
        }
    }

    @Test
    void stopsAtAStepAndContinuesToTheSameParameters() throws Exception {
        Path jobFile = Files.writeString(
                folder.resolve("job.yaml"),
                TestSpark.digitsYaml()
                        .replace("epochs: 2", "epochs: 40")
                        .replace("batch_size: 60", "batch_size: 20")
                        .replace("5 steps", "10 epochs"));
        Path run = folder.resolve("run");
        Process first = start(jobFile, run);
        try {
            awaitFirstEpoch(first, run);
            first.destroy();
            assertThat(exitCode(first))
                    .as(Files.readString(folder.resolve("output.txt")))
                    .isEqualTo(7);
        } finally {
            first.destroyForcibly();
        }
        JsonNode stopped = TestRuns.result(run);
        assertThat(stopped.path("status").asText()).isEqualTo("stopped");
        assertThat(stopped.path("steps").asInt()).isBetween(30, 40 * 30 - 1);

        assertThat(TestRuns.train(jobFile, run)).isZero();
        Path undisturbed = folder.resolve("undisturbed");
        assertThat(TestRuns.train(jobFile, undisturbed)).isZero();
        JsonNode completed = TestRuns.result(run);
        assertThat(completed.path("status").asText()).isEqualTo("completed");
        assertThat(completed.path("parameters_sha256"))
                .isEqualTo(TestRuns.result(undisturbed).path("parameters_sha256"));
    }
}
