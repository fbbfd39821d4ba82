package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.tensorboard.RecordedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a whole run leaves for TensorBoard is what it leaves in metrics.jsonl. */
@Tag("spark")
@Timeout(180)
class TensorBoardRunTest {
    private final Path run;
    private final Path job;

    TensorBoardRunTest(@TempDir Path directory) throws IOException {
        run = directory.resolve("run");
        job = Files.writeString(directory.resolve("job.yaml"), TestSpark.digitsYaml());
    }

    private List<JsonNode> kept(String kind) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            JsonNode event = new ObjectMapper().readTree(line);
            if (event.path("event").asText().equals(kind)) {
                events.add(event);
            }
        }
        return events;
    }

    private List<RecordedEvent> told(String folder, String tag) throws IOException {
        return RecordedEvent.inFolder(run.resolve("tensorboard").resolve(folder)).stream()
                .filter(event -> event.tags().contains(tag))
                .toList();
    }

    private void assertTold(String kind, String key, String folder, String tag) throws IOException {
        List<JsonNode> kept = kept(kind);
        List<RecordedEvent> told = told(folder, tag);
        assertThat(told).hasSameSizeAs(kept);
        for (int i = 0; i < kept.size(); i++) {
            assertThat(told.get(i).step()).isEqualTo(kept.get(i).path("epoch").asLong());
            assertThat(told.get(i).figure(tag))
                    .isEqualTo((float) kept.get(i).path(key).doubleValue());
        }
    }

    @Test
    void figuresHistogramsAndThoseOfAResumedRun() throws IOException {
        String[] overrides = {"tensorboard.histogram_freq=1", "data.validation.split=0.2"};
        assertThat(TestRuns.train(job, run, overrides)).isZero();
        assertThat(TestRuns.train(job, run, overrides[0], overrides[1], "training.epochs=3"))
                .isZero();

        assertThat(kept("epoch")).hasSize(3);
        for (String metric : List.of("loss", "accuracy")) {
            assertTold("epoch", metric, "train", "epoch_" + metric);
            assertTold("epoch", "val_" + metric, "validation", "epoch_" + metric);
            assertThat(told("test", "epoch_" + metric)).hasSize(2);
        }
        assertTold("epoch", "learning_rate", "train", "epoch_learning_rate");
        assertTold("epoch", "samples_per_second", "train", "epoch_samples_per_second");
        assertThat(told("test", "confusion_matrix")).hasSize(2);
        assertThat(told("train", "job")).hasSize(1);

        List<RecordedEvent> kernels = told("train", "dense/kernel/weights");
        assertThat(kernels).extracting(RecordedEvent::step).containsExactly(1L, 2L, 3L);
        assertThat(kept("histograms")).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(sum(kernels.get(i), "dense/kernel/weights")).isEqualTo(784 * 10);
            assertThat(sum(kernels.get(i), "dense/bias/weights")).isEqualTo(10);
            assertThat(sum(kernels.get(i), "dense/kernel/gradients")).isEqualTo(784 * 10);
            assertThat(sum(kernels.get(i), "dense/output/activations")).isEqualTo(120 * 10);
            JsonNode entry = kept("histograms").get(i).path("layers").get(0);
            assertThat(kernels.get(i).value("dense/kernel/weights").getHisto().getMax())
                    .isCloseTo(entry.path("maximum").asDouble(), within(1e-12));
        }
    }

    private static double sum(RecordedEvent event, String tag) {
        return event.value(tag).getHisto().getBucketList().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    @Test
    void dl4jSparkTellsItsWeights() throws IOException {
        assertThat(TestRuns.train(
                        job, run, "cluster.sync=dl4j_spark", "tensorboard.histogram_freq=2", "training.batch_size=32"))
                .isZero();

        assertThat(told("train", "epoch_loss")).hasSize(2);
        assertThat(told("train", "dense/kernel/weights"))
                .extracting(RecordedEvent::step)
                .containsExactly(2L);
    }
}
