package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.compiled.CompiledReplica;
import dev.lockstep.core.model.dl4j.Dl4jReplica;
import dev.lockstep.core.oracle.ParameterTolerance;
import dev.lockstep.core.train.InProcessTraining.ReplicaFactory;
import dev.lockstep.core.train.TrainingOutcome.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Images that are changed on the fly, through the whole engine. */
class AugmentedTrainingTest {
    private static final long SEED = 60_221;
    private static final Shape SHAPE = Shape.of(8, 6, 1);
    private static final int TRAINING_SAMPLES = 292;
    private static final int STEPS = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String AUGMENTATION =
            "training.augmentation={random_flip: {mode: horizontal}, random_rotation: {factor: 0.05},"
                    + " random_zoom: {height_factor: 0.1}, random_translation: {height_factor: 0.1, width_factor: 0.1},"
                    + " random_gaussian_blur: {probability: 0.5}, gaussian_noise: {stddev: 0.05}}";
    private static final String CONVOLUTIONAL =
            """
            model.layers=[{conv2d: {filters: 4, kernel_size: 3, activation: relu}}, max_pooling2d, flatten,
            {dropout: {rate: 0.2}}, {dense: {units: 4, activation: softmax}}]""";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static TrainingData images() {
        return ImageBytes.data(SEED, TRAINING_SAMPLES, 61, SHAPE);
    }

    private InProcessTraining training(JobConfig job, int workers, String name) {
        return new InProcessTraining(job, images(), workers, directory.resolve(name));
    }

    static Stream<Arguments> replicas() {
        return Stream.of(
                Arguments.of("compiled", (ReplicaFactory) CompiledReplica::create),
                Arguments.of("DL4J", (ReplicaFactory) Dl4jReplica::create));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replicas")
    void anyNumberOfWorkersEndsWhereTheReferenceEnds(String name, ReplicaFactory replicas) {
        JobConfig job = TestJobs.classifier(CONVOLUTIONAL, AUGMENTATION);
        double[] reference = new ReferenceRun(job, images()).train().parameters();
        double[] unchanged = new ReferenceRun(TestJobs.classifier(CONVOLUTIONAL), images())
                .train()
                .parameters();
        for (int workers = 1; workers <= 3; workers++) {
            TrainingOutcome outcome = training(job, workers, name + workers)
                    .computingWith(replicas)
                    .run()
                    .outcome();
            assertThat(outcome.step()).isEqualTo(STEPS);
            ParameterTolerance.assertAgree(
                    outcome.parameters(),
                    reference,
                    job.training().optimizer(),
                    STEPS,
                    name + ", " + workers + " workers, seed " + SEED);
            assertThat(ParameterTolerance.largestDifference(outcome.parameters(), unchanged))
                    .as("the changes show")
                    .isGreaterThan(1e-3);
        }
    }

    @Test
    void aResumedRunGoesOnWithTheSameImages() {
        JobConfig job = TestJobs.classifier(CONVOLUTIONAL, AUGMENTATION);
        String undisturbed = training(job, 2, "undisturbed").run().outcome().parametersSha256();
        InProcessTraining.Result stopped =
                training(job, 2, "stopped").stoppingAt(23).run();
        assertThat(stopped.outcome().status()).isEqualTo(Status.STOPPED);
        assertThat(training(job, 2, "stopped").run().outcome().parametersSha256())
                .isEqualTo(undisturbed);
    }

    /** With a learning rate of almost nothing both runs have one network: what differs is what it was shown. */
    @Test
    void validationImagesAreNotChanged() throws IOException {
        String still = "training.optimizer={sgd: {learning_rate: 1.0e-12}}";
        String loud = "training.augmentation={gaussian_noise: {stddev: 3}}";
        List<JsonNode> changed = epochs(training(TestJobs.classifier(CONVOLUTIONAL, still, loud), 2, "changed"));
        List<JsonNode> plain = epochs(training(TestJobs.classifier(CONVOLUTIONAL, still), 2, "plain"));
        assertThat(changed).hasSameSizeAs(plain).isNotEmpty();
        for (int epoch = 0; epoch < plain.size(); epoch++) {
            assertThat(changed.get(epoch).path("val_loss").asDouble())
                    .isPositive()
                    .isEqualTo(plain.get(epoch).path("val_loss").asDouble());
            assertThat(changed.get(epoch).path("loss").asDouble())
                    .isGreaterThan(plain.get(epoch).path("loss").asDouble() + 0.1);
        }
    }

    private static List<JsonNode> epochs(InProcessTraining training) throws IOException {
        List<JsonNode> epochs = new ArrayList<>();
        for (String text : training.run().events()) {
            JsonNode event = JSON.readTree(text);
            if (event.path("event").asText().equals("epoch")) {
                epochs.add(event);
            }
        }
        return epochs;
    }
}
