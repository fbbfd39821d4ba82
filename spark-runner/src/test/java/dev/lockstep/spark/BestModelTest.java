package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.cli.InspectRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that stops early, leaves the model of its best epoch and keeps another beside; and what its figures say. */
@Tag("spark")
class BestModelTest {
    private static final List<String> METRICS =
            List.of("accuracy", "top_3_accuracy", "precision", "f1", "roc_auc", "pr_auc");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static JsonNode figures(Path model) throws IOException {
        try (JavaSparkContext spark = TestSpark.start("local[3]")) {
            return new ObjectMapper()
                    .readTree(new ModelUse(model.toString(), List.of(), null, null)
                            .figures(spark)
                            .toString());
        }
    }

    @Test
    void aRunThatStopsEarlyIsCompletedAndKeepsBothModels() throws IOException {
        // The loss falls with every epoch: the highest is that of the first, the lowest that of the last.
        Path job = Files.writeString(
                directory.resolve("job.yaml"),
                TestSpark.digitsYaml()
                        .replace(
                                "epochs: 2",
                                "epochs: 9\n  early_stopping: {monitor: loss, mode: max,"
                                        + " patience: 2, restore_best: true}")
                        .replace("[accuracy]", "[accuracy, {top_k: {k: 3}}, precision, f1, roc_auc, pr_auc]")
                        .replace("every: 5 steps", "every: 5 steps, best: {monitor: loss}"));
        Path run = directory.resolve("run");
        assertThat(TestRuns.train(job, run)).isZero();

        JsonNode result = TestRuns.result(run);
        assertThat(result.path("status").asText()).isEqualTo("completed");
        assertThat(result.path("steps").asLong()).isEqualTo(30);
        JsonNode stopped = result.path("stopped_early");
        assertThat(stopped.path("epoch").asInt()).isEqualTo(3);
        assertThat(stopped.path("best_epoch").asInt()).isEqualTo(1);
        assertThat(stopped.path("monitor").asText()).isEqualTo("loss");
        assertThat(result.path("best").path("best_epoch").asInt()).isEqualTo(3);
        assertThat(result.path("train").has("early_stopping")).isFalse();

        JsonNode test = result.path("test");
        for (String metric : METRICS) {
            assertThat(test.path(metric).asDouble())
                    .as(metric)
                    .isGreaterThan(test.path("baseline").path(metric).asDouble(1));
        }
        JsonNode first = figures(run.resolve("model"));
        JsonNode last = figures(run.resolve("model-best"));
        assertThat(last.path("loss").asDouble()).isLessThan(first.path("loss").asDouble());
        for (String metric : METRICS) {
            // Counts of another number of pieces: exact, whatever the order.
            assertThat(first.path(metric)).as(metric).isEqualTo(test.path(metric));
        }
        assertThat(new SparkRunCommands()
                        .inspect(new InspectRequest(run.resolve("model-best").toString(), false)))
                .contains("after step 30");
        assertThat(new SparkRunCommands()
                        .inspect(new InspectRequest(run.resolve("model").toString(), false)))
                .contains("after step 10", result.path("parameters_sha256").asText());

        byte[] metrics = Files.readAllBytes(run.resolve("metrics.jsonl"));
        assertThat(TestRuns.train(job, run)).as("the same command again").isZero();
        assertThat(Files.readAllBytes(run.resolve("metrics.jsonl"))).isEqualTo(metrics);
        assertThat(TestRuns.result(run)).isEqualTo(result);
    }
}
