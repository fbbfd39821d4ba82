package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.evaluation.Distribution;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.train.InProcessTraining.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerStatisticsTest {
    private static final long SEED = 20_261_121;
    private static final double LEARNING_RATE = 0.25;
    private static final String NORMALIZED = "model.layers=[{dense: {units: 16, activation: relu}},"
            + " batch_normalization, {dropout: {rate: 0.25}}, {dense: {units: 4, activation: softmax}}]";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private Result train(JobConfig job, int workers, int validation, String name) {
        return new InProcessTraining(job, TestJobs.data(SEED, 90, validation), workers, directory.resolve(name)).run();
    }

    private static List<JsonNode> histograms(Result result) throws JsonProcessingException {
        List<JsonNode> events = new ArrayList<>();
        for (String event : result.events()) {
            JsonNode json = new ObjectMapper().readTree(event);
            if (json.path("event").asText().equals("histograms")) {
                events.add(json);
            }
        }
        return events;
    }

    private static List<JsonNode> entries(JsonNode event, String kind) {
        List<JsonNode> entries = new ArrayList<>();
        for (JsonNode entry : event.path("layers")) {
            if (entry.path("kind").asText().equals(kind)) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static List<String> names(List<JsonNode> entries) {
        return entries.stream()
                .map(entry ->
                        entry.path("layer").asText() + "/" + entry.path("name").asText())
                .toList();
    }

    @Test
    void theyAreToldEverySoManyEpochsByRankZeroAlone() throws JsonProcessingException {
        Result result = train(TestJobs.classifier("tensorboard.histogram_freq=2"), 2, 30, "every-second");

        assertThat(histograms(result))
                .extracting(event -> event.path("epoch").asInt())
                .containsExactly(2, 4);
        assertThat(histograms(result))
                .extracting(event -> event.path("step").asInt())
                .containsExactly(6, 12);
    }

    @Test
    void byDefaultNothingIsTold() throws JsonProcessingException {
        assertThat(histograms(train(TestJobs.classifier("training.epochs=1"), 1, 0, "off")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gradient_sharing", "{parameter_averaging: {every: 2}}"})
    void weightsAreThoseAtTheEndOfTheEpoch(String sync) throws JsonProcessingException {
        JobConfig job = TestJobs.classifier(NORMALIZED, "tensorboard.histogram_freq=5", "cluster.sync=" + sync);
        Result result = train(job, 2, 30, "weights");
        NetworkPlan plan = NetworkPlan.of(
                job.model(),
                TestJobs.data(SEED, 1, 0).samples().featureShape(),
                job.training().loss());

        List<JsonNode> weights = entries(histograms(result).get(0), "weights");
        assertThat(weights).hasSameSizeAs(plan.blocks());
        for (int i = 0; i < weights.size(); i++) {
            ParameterBlock block = plan.blocks().get(i);
            JsonNode entry = weights.get(i);
            Distribution expected = Distribution.of(result.outcome().parameters(), block.offset(), block.end());
            assertThat(names(List.of(entry)))
                    .containsExactly(block.layer() + "/" + block.spec().name());
            assertThat(entry.path("count").asLong()).isEqualTo(block.length());
            assertThat(entry.path("norm").asDouble()).isEqualTo(expected.norm());
            assertThat(entry.path("standard_deviation").asDouble()).isEqualTo(expected.standardDeviation());
            long sum = 0;
            for (JsonNode count : entry.path("counts")) {
                sum += count.asLong();
            }
            assertThat(sum).isEqualTo(block.length());
            assertThat(entry.path("edges").size())
                    .isEqualTo(entry.path("counts").size() + 1);
        }
        assertThat(names(entries(histograms(result).get(0), "gradients")))
                .containsExactly(
                        "dense/kernel",
                        "dense/bias",
                        "batch_normalization/gamma",
                        "batch_normalization/beta",
                        "dense_1/kernel",
                        "dense_1/bias");
        assertThat(names(entries(histograms(result).get(0), "activations")))
                .containsExactly("dense/output", "batch_normalization/output", "dense_1/output");
    }

    /** Of plain gradient descent the gradient shows in how far the parameters went. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void gradientsAreTheMergedOnesOfTheLastStep(int workers) throws JsonProcessingException {
        JobConfig job = TestJobs.classifier(
                "training.optimizer={sgd: {learning_rate: " + LEARNING_RATE + "}}",
                "training.batch_size=90",
                "training.epochs=1",
                "tensorboard.histogram_freq=1");
        Result result = train(job, workers, 30, "gradients" + workers);
        NetworkPlan plan = NetworkPlan.of(
                job.model(),
                TestJobs.data(SEED, 1, 0).samples().featureShape(),
                job.training().loss());
        float[] gradient = plan.initialParameters(job.seed());
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) ((gradient[i] - result.outcome().parameters()[i]) / LEARNING_RATE);
        }

        List<JsonNode> told = entries(histograms(result).get(0), "gradients");
        assertThat(told).hasSameSizeAs(plan.blocks());
        for (int i = 0; i < told.size(); i++) {
            ParameterBlock block = plan.blocks().get(i);
            Distribution expected = Distribution.of(gradient, block.offset(), block.end());
            assertThat(told.get(i).path("norm").asDouble()).isCloseTo(expected.norm(), within(1e-5));
            assertThat(told.get(i).path("maximum").asDouble()).isCloseTo(expected.maximum(), within(1e-5));
        }
    }

    @Test
    void activationsAreOfTheSameSamplesWhateverTheNumberOfWorkers() throws JsonProcessingException {
        JobConfig job = TestJobs.classifier("training.epochs=2", "tensorboard.histogram_freq=1");
        JsonNode one = histograms(train(job, 1, 40, "one")).get(1);
        JsonNode three = histograms(train(job, 3, 40, "three")).get(1);

        for (int i = 0; i < 2; i++) {
            JsonNode expected = entries(one, "activations").get(i);
            JsonNode entry = entries(three, "activations").get(i);
            assertThat(entry.path("count").asLong()).isEqualTo(40L * (i == 0 ? 16 : 4));
            assertThat(entry.path("mean").asDouble())
                    .isCloseTo(expected.path("mean").asDouble(), within(1e-5));
            assertThat(entry.path("norm").asDouble())
                    .isCloseTo(expected.path("norm").asDouble(), within(1e-3));
        }
        // Softmax over four classes: the mean is a quarter.
        assertThat(entries(one, "activations").get(1).path("mean").asDouble()).isCloseTo(0.25, within(1e-6));
    }

    @Test
    void withoutValidationSamplesTheFirstTrainingSamplesServe() throws JsonProcessingException {
        JobConfig job = TestJobs.classifier("training.epochs=1", "tensorboard.histogram_freq=1");
        JsonNode event = histograms(train(job, 1, 0, "no-validation")).get(0);

        assertThat(entries(event, "activations").get(1).path("count").asLong()).isEqualTo(90 * 4);
    }

    @Test
    void lookingChangesNothingOfTheTraining() {
        float[] unobserved = train(TestJobs.classifier(NORMALIZED), 2, 30, "unobserved")
                .outcome()
                .parameters();
        float[] observed = train(TestJobs.classifier(NORMALIZED, "tensorboard.histogram_freq=1"), 2, 30, "observed")
                .outcome()
                .parameters();

        assertThat(observed).isEqualTo(unobserved);
    }
}
