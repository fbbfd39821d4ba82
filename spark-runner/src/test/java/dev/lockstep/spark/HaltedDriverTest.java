package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Drivers in processes of their own that die in the middle of a checkpoint; the same command continues. */
@Tag("spark")
@Tag("process")
class HaltedDriverTest {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final int STEPS = 8 * 30;
    private static final int EVERY = 7;

    /** Which checkpoint is the last one; some were pruned by then. */
    private static final int HALTED = 6;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path jobFile;

    @BeforeEach
    void writeJob() throws IOException {
        jobFile = Files.writeString(
                folder.resolve("job.yaml"),
                TestSpark.digitsYaml()
                        .replace("epochs: 2", "epochs: 8")
                        .replace("batch_size: 60", "batch_size: 20")
                        .replace("5 steps", EVERY + " steps"));
    }

    /** The launcher's own command line, and the test's classes. */
    private List<String> java() throws IOException {
        String launcher = Files.readString(Path.of("target", "launch", "java-arguments"));
        String tests = Path.of("target", "test-classes").toAbsolutePath().toString();
        Path arguments =
                Files.writeString(folder.resolve("java-arguments"), launcher.replace("-cp \"", "-cp \"" + tests + ":"));
        return new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + arguments));
    }

    private Process start(Path run, List<String> options, String... overrides) throws IOException {
        List<String> command = java();
        command.addAll(options);
        command.addAll(List.of("dev.lockstep.spark.LockstepCli", "train", jobFile.toString(), "--master", "local[2]"));
        command.addAll(List.of("--run-dir", run.toString()));
        for (String override : overrides) {
            command.addAll(List.of("--set", override));
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
    }

    private void requireDeath(Process driver) throws IOException, InterruptedException {
        try {
            assertThat(driver.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(driver.exitValue())
                    .as(() -> "exit code of a dead driver" + output())
                    .isEqualTo(HaltingFileSystem.EXIT_CODE);
        } finally {
            driver.destroyForcibly();
        }
    }

    private String output() {
        try {
            return "\n" + Files.readString(folder.resolve("output.txt"));
        } catch (IOException e) {
            return "";
        }
    }

    private void requireSameAfterResume(Path run, int fewestSteps) throws IOException {
        long kept;
        try (var checkpoints = Files.list(run.resolve("checkpoints"))) {
            kept = checkpoints
                    .filter(one -> one.getFileName().toString().startsWith("step-"))
                    .count();
        }
        assertThat(kept).isPositive();
        assertThat(TestRuns.train(jobFile, run, "checkpoint.directory=" + run.resolve("checkpoints")))
                .isZero();
        RunEvents events = new RunEvents(run);
        assertThat(events.of("resume"))
                .singleElement()
                .satisfies(resume -> assertThat(resume.path("step").asInt()).isGreaterThanOrEqualTo(fewestSteps));
        JsonNode result = TestRuns.result(run);
        assertThat(result.path("steps").asInt()).isEqualTo(STEPS);
        Path undisturbed = folder.resolve("undisturbed");
        assertThat(TestRuns.train(jobFile, undisturbed)).isZero();
        assertThat(result.path("parameters_sha256"))
                .isEqualTo(TestRuns.result(undisturbed).path("parameters_sha256"));
    }

    private void dieAndResume(HaltingFileSystem.Moment moment) throws Exception {
        Path run = folder.resolve("run");
        List<String> options = List.of(
                "-Dspark.hadoop.fs.halt.impl=" + HaltingFileSystem.class.getName(),
                "-D" + HaltingFileSystem.MOMENT + "=" + moment,
                "-D" + HaltingFileSystem.CHECKPOINT + "=" + HALTED);
        requireDeath(start(run, options, "checkpoint.directory=halt:" + run.resolve("checkpoints")));
        boolean published = moment.compareTo(HaltingFileSystem.Moment.AFTER_RENAME) >= 0;
        requireSameAfterResume(run, (published ? HALTED : HALTED - 1) * EVERY);
    }

    @Test
    void aDriverThatDiesWhenAllIsWrittenAndNothingPublishedIsContinued() throws Exception {
        dieAndResume(HaltingFileSystem.Moment.BEFORE_RENAME);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BEFORE_RENAME")
    @Tag("slow")
    void aDriverThatDiesInAnyPhaseOfACheckpointIsContinued(HaltingFileSystem.Moment moment) throws Exception {
        dieAndResume(moment);
    }

    /** Killed after a random time, again and again, until it comes to its end all the same. */
    @Test
    @Tag("slow")
    void aDriverThatIsKilledAtRandomMomentsComesToItsEnd() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Path run = folder.resolve("run");
        for (int kill = 0; kill < 4; kill++) {
            Process driver = start(run, List.of());
            RunEvents events = new RunEvents(run);
            int known = events.of("checkpoint").size();
            while (driver.isAlive() && events.of("checkpoint").size() <= known) {
                Thread.onSpinWait();
            }
            Thread.sleep(random.nextInt(30));
            if (driver.isAlive()) {
                driver.destroyForcibly();
                requireDeath(driver);
            }
        }
        assertThat(TestRuns.train(jobFile, run)).isZero();
        Path undisturbed = folder.resolve("undisturbed");
        assertThat(TestRuns.train(jobFile, undisturbed)).isZero();
        assertThat(TestRuns.result(run).path("parameters_sha256"))
                .isEqualTo(TestRuns.result(undisturbed).path("parameters_sha256"));
    }
}
