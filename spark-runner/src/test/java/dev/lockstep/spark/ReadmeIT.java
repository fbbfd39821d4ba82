package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.launch.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README promises a newcomer, taken from the README itself. */
@Tag("spark")
class ReadmeIT {
    private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
    private static final String COMMAND_INDENT = "    ";

    /** What the README says of the first command, on two cores. */
    private static final Duration FIRST_COMMAND_DEADLINE = Duration.ofMinutes(3);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static List<String> firstCommands() throws IOException {
        List<String> commands = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve("README.md"))) {
            if (line.startsWith(COMMAND_INDENT)) {
                commands.add(line.strip().replaceFirst("\\s+#.*", ""));
            } else if (!commands.isEmpty()) {
                break;
            }
        }
        return commands;
    }

    /** The digits, end to end and with their accuracy; never skipped. */
    @Test
    void theFirstCommandTrainsDigitsAndEndsWithTheTestFigures() throws Exception {
        String command = firstCommands().get(0);
        assertThat(command).startsWith("scripts/lockstep train ");
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.set(0, ROOT.resolve(arguments.get(0)).toString());
        Path run = directory.resolve("run");
        arguments.addAll(List.of("--run-dir", run.toString()));

        ChildProcess.Result result = ChildProcess.run(
                inRoot(arguments),
                directory,
                Map.of("SPARK_HOME", "", "LOCKSTEP_BUILD", "never"),
                FIRST_COMMAND_DEADLINE);

        assertThat(result.exitCode()).as(result.errors()).isZero();
        assertThat(result.output())
                .containsPattern(
                        "Epoch 1/10 +141/141 \\[=+] .* samples/s +loss .* accuracy .* val_loss .* val_accuracy")
                .containsPattern("Test: +loss .* accuracy .*guessing")
                .contains("Run directory: " + run);
        JsonNode figures = new ObjectMapper().readTree(Files.readString(run.resolve("result.json")));
        assertThat(figures.path("test").path("accuracy").asDouble()).isGreaterThan(0.97);
        assertThat(figures.path("parameters").asInt()).isEqualTo(109_386);
        assertThat(figures.path("status").asText()).isEqualTo("completed");
        assertThat(figures.path("workers").asInt()).isEqualTo(2);
        // 18,000 training images, 128 a step, the last batch short; ten epochs.
        assertThat(figures.path("steps").asInt()).isEqualTo(1410);
    }

    private static List<String> inRoot(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "cd \"$0\" && exec \"$@\"", ROOT.toString()));
        command.addAll(arguments);
        return command;
    }

    /** Continuous integration runs the very command that people are told to run. */
    @Test
    void theSecondCommandIsWhatContinuousIntegrationRuns() throws Exception {
        String command = firstCommands().get(1);
        assertThat(command).isEqualTo("./mvnw verify");
        assertThat(Files.readString(ROOT.resolve(".ci/run"))).containsPattern("(?m)^\\./mvnw .*\\bverify$");
    }
}
