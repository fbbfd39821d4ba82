package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.ReportRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run shows of itself when it is over. */
@Tag("spark")
class ReportedRunTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static List<JsonNode> samples(Path run) throws IOException {
        List<JsonNode> found = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            JsonNode event = MAPPER.readTree(line);
            if (event.path("event").asText().equals("samples")) {
                found.add(event);
            }
        }
        return found;
    }

    private static String report(String... runs) {
        return new SparkRunCommands().report(new ReportRequest(List.of(runs), null));
    }

    @Test
    void aRunLeavesAPageThatCanBeMadeAgain() throws IOException {
        Path job = Files.writeString(folder.resolve("job.yaml"), TestSpark.digitsYaml());
        Path run = folder.resolve("run");
        assertThat(TestRuns.train(job, run)).isZero();

        List<JsonNode> told = samples(run);
        assertThat(told).hasSize(1);
        List<Integer> chosen = new ArrayList<>();
        told.get(0)
                .path("chosen")
                .forEach(sample -> chosen.add(sample.path("index").asInt()));
        assertThat(chosen).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        List<Double> losses = new ArrayList<>();
        told.get(0)
                .path("worst")
                .forEach(sample -> losses.add(sample.path("loss").asDouble()));
        assertThat(losses).hasSize(16).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        told.get(0)
                .path("chosen")
                .forEach(sample -> assertThat(sample.path("loss").asDouble()).isLessThanOrEqualTo(losses.get(0)));

        Path page = run.resolve("report.html");
        String first = Files.readString(page);
        assertThat(first).contains("<h1>tiny</h1>", "The worst mistakes", "data:image/png;base64,", "guessing");
        Files.delete(page);
        assertThat(report(run + "/")).isEqualTo(page.toString());
        assertThat(Files.readString(page)).isEqualTo(first);

        // What was completed is trained on: the samples are those of the model at its new end.
        assertThat(TestRuns.train(job, run, "training.epochs=3")).isZero();
        assertThat(samples(run)).hasSize(1);
        assertThat(samples(run).get(0).path("step").asInt()).isEqualTo(30);

        nameTheFirstClass(run);
        report(run.toString());
        assertThat(Files.readString(page)).contains("<th scope=\"row\">nought</th>");
    }

    /** As data with names do: in the manifest of the packed samples. */
    private static void nameTheFirstClass(Path run) throws IOException {
        Path path = run.resolve("data/train/manifest.json");
        ObjectNode manifest = (ObjectNode) MAPPER.readTree(Files.readString(path));
        manifest.putArray("class_names").add("nought");
        Files.writeString(path, manifest.toString());
        // Hadoop's checksum of what was there before.
        Files.deleteIfExists(path.resolveSibling(".manifest.json.crc"));
    }

    @Test
    void samplesStayWithTheWorkersWhenNoneAreAskedFor() throws IOException {
        Path job = Files.writeString(folder.resolve("job.yaml"), TestSpark.digitsYaml());
        Path run = folder.resolve("run");
        assertThat(TestRuns.train(job, run, "report.samples=0", "data.validation={split: 0.1}"))
                .isZero();
        assertThat(samples(run)).isEmpty();
        assertThat(Files.readString(run.resolve("report.html"))).doesNotContain("data:image/png");
    }

    @Test
    void aRunThatFailsHasAPageToo() throws IOException {
        Path job = Files.writeString(
                folder.resolve("job.yaml"),
                TestSpark.digitsYaml()
                        .replace("{format: digits, ", "{format: idx, directory: nowhere, ")
                        .replace("train_samples: 600, test_samples: 200, ", ""));
        Path run = folder.resolve("run");
        assertThatThrownBy(() -> TestRuns.train(job, run)).isInstanceOf(LockstepException.class);
        assertThat(Files.readString(run.resolve("report.html"))).contains("The run failed: ", "nowhere");
    }

    @Test
    void whereThereIsNoRunThereIsNoPage() {
        assertThatThrownBy(() -> report(folder.toString()))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.MODEL))
                .hasMessageContaining("no run in");
        assertThat(folder.resolve("report.html")).doesNotExist();
    }
}
