package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.NetworkPlan;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShownSamplesTest {
    private static NetworkPlan plan(String last, String loss, int... shape) {
        JobConfig job = JobFile.read(
                "name: a\ndata: {format: digits}\nmodel: {layers: [flatten, " + last + "]}\ntraining: {loss: " + loss
                        + "}\n",
                "job",
                List.of(),
                Map.of());
        return NetworkPlan.of(job.model(), Shape.of(shape), job.training().loss());
    }

    /** A batch whose samples have the indices from the first one on and the features 0, 0.1, 0.2 ... */
    private static MiniBatch batch(int firstIndex, int features, float... labels) {
        MiniBatch batch = new MiniBatch(labels.length, features, 1);
        batch.resize(labels.length);
        for (int i = 0; i < labels.length; i++) {
            batch.sampleIndices()[i] = firstIndex + i;
            batch.labels()[i] = labels[i];
        }
        for (int i = 0; i < labels.length * features; i++) {
            batch.features()[i] = (i % features) / 10f;
        }
        return batch;
    }

    private static List<Integer> indices(JsonNode samples) {
        List<Integer> indices = new ArrayList<>();
        samples.forEach(sample -> indices.add(sample.path("index").asInt()));
        return indices;
    }

    @Test
    void theFirstAndTheWorstOfAllBatches() {
        NetworkPlan plan = plan("dense: {units: 2, activation: softmax}", "sparse_categorical_crossentropy", 2, 2);
        ShownSamples shown = new ShownSamples(plan, 2, "test", Evaluator.all(4));
        shown.evaluated(batch(0, 4, 0, 1), new float[] {0.9f, 0.1f, 0.6f, 0.4f});
        shown.evaluated(batch(2, 4, 1, 0), new float[] {0.99f, 0.01f, 0.8f, 0.2f});

        ObjectNode event = shown.event();
        assertThat(event.path("role").asText()).isEqualTo("test");
        assertThat(event.path("shape").toString()).isEqualTo("[2,2]");
        assertThat(indices(event.path("chosen"))).containsExactly(0, 1);
        assertThat(indices(event.path("worst"))).containsExactly(2, 1);
        JsonNode worst = event.path("worst").path(0);
        assertThat(worst.path("actual").asInt()).isEqualTo(1);
        assertThat(worst.path("predicted").isIntegralNumber()).isTrue();
        assertThat(worst.path("predicted").asInt()).isZero();
        assertThat(worst.path("probability").asDouble()).isCloseTo(0.99, within(1e-6));
        assertThat(worst.path("loss").asDouble()).isCloseTo(-Math.log(0.01), within(1e-5));
        assertThat(Base64.getDecoder().decode(worst.path("pixels").asText())).containsExactly(0, 26, 51, 77);
    }

    @Test
    void aQuantityHasFeaturesAndNoClass() {
        NetworkPlan plan = plan("dense: {units: 1}", "mse", 3);
        ShownSamples shown = new ShownSamples(plan, 1, "test", Evaluator.all(2));
        shown.evaluated(batch(0, 3, 1.5f, 2), new float[] {1.5f, Float.NaN});
        JsonNode event = shown.event();
        assertThat(event.path("chosen").path(0).path("actual").toString()).isEqualTo("[1.5]");
        assertThat(event.path("chosen").path(0).path("features")).hasSize(3);
        assertThat(indices(event.path("worst"))).containsExactly(1);
        assertThat(event.toString()).doesNotContain("NaN");
    }

    @Test
    void logitsBecomeProbabilities() {
        NetworkPlan plan = plan("dense: {units: 2}", "{sparse_categorical_crossentropy: {from_logits: true}}", 3);
        ShownSamples shown = new ShownSamples(plan, 1, "test", Evaluator.all(1));
        shown.evaluated(batch(0, 3, 0), new float[] {1, 0});
        assertThat(shown.event().path("chosen").path(0).path("probability").asDouble())
                .isCloseTo(1 / (1 + Math.exp(-1)), within(1e-6));
    }

    @Test
    void nothingIsKeptWhenNothingIsAskedFor() {
        NetworkPlan plan = plan("dense: {units: 1}", "mse", 3);
        ShownSamples shown = new ShownSamples(plan, 0, "test", Evaluator.all(1));
        shown.evaluated(batch(0, 3, 1), new float[] {3});
        assertThat(shown.event().path("worst")).isEmpty();
    }
}
