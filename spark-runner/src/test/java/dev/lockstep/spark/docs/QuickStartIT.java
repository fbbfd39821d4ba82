package dev.lockstep.spark.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.launch.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/quick-start.md as somebody follows it: its commands in their order, its files under the names behind their fences,
 * in a folder that has the launcher and the examples and nothing else.
 */
@Tag("spark")
@Tag("slow")
class QuickStartIT {
    private static final Path ROOT = DocumentationTest.ROOT;
    private static final Duration DEADLINE_OF_A_BLOCK = Duration.ofMinutes(4);
    private static final String FILE = "yaml (\\S+\\.yaml)";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void everyCommandDoesWhatThePageSays() throws Exception {
        Files.createDirectory(folder.resolve("scripts"));
        Files.createSymbolicLink(folder.resolve("scripts/lockstep"), ROOT.resolve("scripts/lockstep"));
        Files.createSymbolicLink(folder.resolve("examples"), ROOT.resolve("examples"));
        StringBuilder shown = new StringBuilder();
        int commands = 0;
        for (Page.Block block :
                Page.of(ROOT, ROOT.resolve("docs/quick-start.md")).blocks()) {
            if (block.info().matches(FILE)) {
                Files.writeString(folder.resolve(block.info().replaceFirst(FILE, "$1")), block.text());
            } else if (block.info().equals("bash")) {
                shown.append(run(block));
                commands++;
            }
        }
        assertThat(commands).isGreaterThan(8);
        requireRuns();
        requirePredictions();
        assertThat(shown).contains("Epoch 10/10", "Epoch 12/12", "Total", "Report: ", "Confusion matrix");
    }

    private String run(Page.Block block) throws Exception {
        ChildProcess.Result result = ChildProcess.run(
                List.of("bash", "-e", "-u", "-o", "pipefail", "-c", block.text()),
                folder,
                Map.of("SPARK_HOME", "", "LOCKSTEP_BUILD", "never"),
                DEADLINE_OF_A_BLOCK);
        assertThat(result.exitCode())
                .as("line %d of the page: %s%n%s%n%s", block.line(), block.text(), result.output(), result.errors())
                .isZero();
        return result.output();
    }

    private void requireRuns() throws Exception {
        for (String run : List.of("digits", "leaves", "pictures", "leaves-apart")) {
            JsonNode result = new ObjectMapper()
                    .readTree(
                            Files.readString(folder.resolve("runs").resolve(run).resolve("result.json")));
            assertThat(result.path("status").asText()).as(run).isEqualTo("completed");
            assertThat(folder.resolve("runs").resolve(run).resolve("report.html"))
                    .exists();
        }
        JsonNode leaves = new ObjectMapper().readTree(Files.readString(folder.resolve("runs/leaves/result.json")));
        assertThat(leaves.path("test").path("accuracy").asDouble()).isGreaterThan(0.9);
    }

    private void requirePredictions() throws Exception {
        try (Stream<Path> parts = Files.list(folder.resolve("predictions.csv"))) {
            String rows = String.join(
                    "\n",
                    parts.filter(part -> part.getFileName().toString().startsWith("part-"))
                            .map(part -> Page.of(folder, part).text())
                            .toList());
            assertThat(rows).contains("predicted_class", "willow", "maple");
        }
    }
}
