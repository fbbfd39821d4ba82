package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.launch.ChildProcess;
import dev.lockstep.spark.launch.RunningLockstep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Training runs of the examples by {@code scripts/lockstep}, in processes of their own. */
final class ExampleTraining {
    static final Duration DEADLINE = Duration.ofMinutes(4);
    static final String LOCAL = "local[2]";
    static final String SEPARATE_EXECUTORS = "local-cluster[2,1,1024]";

    private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));

    private ExampleTraining() {}

    /** The command line that trains an example. */
    static List<String> command(String job, String runDirectory, String master, String... overrides) {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                ROOT.resolve("examples").resolve(job).toString(),
                "--run-dir",
                runDirectory,
                "--master",
                master));
        for (String override : overrides) {
            arguments.addAll(List.of("--set", override));
        }
        return arguments;
    }

    /** Starts a command; output goes to a file in the directory. */
    static RunningLockstep start(Path directory, List<String> command) throws IOException {
        return RunningLockstep.start(directory, Map.of(), command);
    }

    /** Runs a command that must complete. */
    static void complete(Path directory, List<String> command) throws IOException, InterruptedException {
        ChildProcess.Result result = RunningLockstep.run(directory, Map.of(), DEADLINE, command);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    /** Trains an example in this process, with two workers that are threads, and gives the result. */
    static JsonNode inThisProcess(String job, Path run, String... overrides) {
        assertThat(TestRuns.train(ROOT.resolve("examples").resolve(job), run, overrides))
                .isZero();
        try {
            return result(run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The result of a run in a local directory. */
    static JsonNode result(Path run) throws IOException {
        return new ObjectMapper().readTree(Files.readString(run.resolve("result.json")));
    }
}
