package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.compiled.CompiledReplica;
import dev.lockstep.core.model.dl4j.Dl4jReplica;
import dev.lockstep.core.train.InProcessTraining.ReplicaFactory;
import dev.lockstep.core.train.InProcessTraining.Result;
import dev.lockstep.core.train.TrainingOutcome.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With slices, runs of 1, 2 and 4 workers give the same bits: those of 4 workers without. */
class SlicedTrainingTest {
    private static final long SEED = 8_128;
    private static final String SLICES = "determinism.slices=4";
    private static final Shape IMAGE = Shape.of(10, 9, 1);

    private static final String ADAM = "training.optimizer={adam: {learning_rate: 0.003}}";
    private static final String NORMALIZED =
            """
            model.layers=[{dense: {units: 16, activation: relu}}, {batch_normalization: {momentum: 0.9}},
            {dropout: {rate: 0.25}}, {dense: {units: 8, activation: tanh}}, batch_normalization,
            {dense: {units: 4, activation: softmax, kernel_regularizer: {l2: 0.002}}}]""";
    private static final String IMAGES =
            """
            model.layers=[{conv2d: {filters: 4, kernel_size: 3}}, {batch_normalization: {momentum: 0.9}},
            {activation: {activation: relu}}, max_pooling2d, flatten, {dropout: {rate: 0.2}},
            {dense: {units: 4, activation: softmax}}]""";
    private static final String AUGMENTATION =
            "training.augmentation={random_flip: {mode: horizontal}, random_rotation: {factor: 0.05},"
                    + " gaussian_noise: {stddev: 0.05}}";

    private static final ReplicaFactory COMPILED = CompiledReplica::create;
    private static final ReplicaFactory DL4J = Dl4jReplica::create;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** Eleven batches of 30 an epoch, the last one of a single sample, which leaves three slices empty. */
    private static TrainingData classes() {
        TrainingData data = TestJobs.data(SEED, 301, 61);
        return new TrainingData(
                data.samples(), data.trainIndices(), data.validationIndices(), TestJobs.samples(SEED, 50));
    }

    private static Arguments arguments(String name, ReplicaFactory replicas, TrainingData data, String... overrides) {
        List<String> all = new ArrayList<>(List.of("training.epochs=2"));
        all.addAll(List.of(overrides));
        return Arguments.of(name, replicas, data, all);
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                arguments(
                        "dropout, penalty, clipping, decisions by figures",
                        COMPILED,
                        classes(),
                        ADAM,
                        "data.validation={split: 0.1}",
                        "training.epochs=5",
                        "training.clip_norm=0.3",
                        "training.metrics=[accuracy, roc_auc]",
                        "training.learning_rate_schedule={reduce_on_plateau: {factor: 0.5, patience: 1}}",
                        "training.early_stopping={monitor: val_loss, patience: 2, restore_best: true}"),
                arguments("batch normalization", COMPILED, classes(), ADAM, NORMALIZED),
                arguments(
                        "moments of each slice",
                        COMPILED,
                        classes(),
                        NORMALIZED.replace("momentum: 0.9", "momentum: 0.9, synchronized: false")),
                arguments(
                        "images as bytes, augmented, batch normalization",
                        COMPILED,
                        ImageBytes.data(SEED, 92, 33, IMAGE),
                        IMAGES),
                arguments(
                        "images as floats, augmented",
                        COMPILED,
                        ImageBytes.data(SEED, 92, 33, IMAGE),
                        IMAGES,
                        AUGMENTATION),
                arguments(
                        "weights and quantities",
                        COMPILED,
                        TestJobs.weightedData(SEED, 301, 61),
                        "training.loss=mse",
                        "training.metrics=[mae]",
                        "model.layers=[{dense: {units: 16, activation: tanh}}, {dense: {units: 1}}]"),
                // DL4J is slow: four batches, the last one of a single sample.
                arguments(
                        "DL4J, dropout, batch normalization",
                        DL4J,
                        TestJobs.data(SEED, 91, 21),
                        ADAM,
                        NORMALIZED,
                        "training.epochs=1"));
    }

    private Result train(JobConfig job, TrainingData data, ReplicaFactory replicas, int workers, String name) {
        return new InProcessTraining(job, data, workers, directory.resolve(name))
                .computingWith(replicas)
                .run();
    }

    private static JobConfig job(List<String> overrides, String... more) {
        List<String> all = new ArrayList<>(overrides);
        all.addAll(List.of(more));
        return TestJobs.classifier(all.toArray(String[]::new));
    }

    /** What the epochs and the test tell of the model, by their names. */
    private static TreeMap<String, ObjectNode> figures(Result result) throws IOException {
        TreeMap<String, ObjectNode> figures = new TreeMap<>();
        for (String text : result.events()) {
            JsonNode event = JSON.readTree(text);
            String kind = event.path("event").asText();
            if (kind.equals("epoch") || kind.equals("test")) {
                ObjectNode told = (ObjectNode) event;
                told.remove(List.of(
                        "seconds",
                        "samples_per_second",
                        "phase_seconds",
                        "bytes_per_step",
                        "own_seconds",
                        "lost_seconds",
                        "stragglers"));
                figures.put(kind + " " + event.path("epoch").asInt(), told);
            }
        }
        return figures;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void anyNumberOfWorkersGivesTheBitsOfFour(
            String name, ReplicaFactory replicas, TrainingData data, List<String> overrides) throws IOException {
        Result four = train(job(overrides), data, replicas, 4, "four");
        assertThat(four.outcome().step()).isGreaterThanOrEqualTo(4);
        for (int workers : new int[] {1, 2, 4}) {
            Result sliced = train(job(overrides, SLICES), data, replicas, workers, "sliced-" + workers);
            assertThat(sliced.all())
                    .as("%d workers, seed %d", workers, SEED)
                    .extracting(TrainingOutcome::parametersSha256)
                    .containsOnly(four.outcome().parametersSha256());
            assertThat(figures(sliced)).as("%d workers", workers).isEqualTo(figures(four));
        }
    }

    /** The comparison itself: without slices the bits depend on the workers. */
    @Test
    void withoutSlicesTheLastBitsShowTheWorkers() {
        JobConfig job = TestJobs.classifier(ADAM);
        List<String> hashes = new ArrayList<>();
        for (int workers : new int[] {1, 2, 4}) {
            hashes.add(train(job, classes(), COMPILED, workers, "plain-" + workers)
                    .outcome()
                    .parametersSha256());
        }
        assertThat(hashes).doesNotHaveDuplicates();
    }

    @Test
    void someSlicesMayBeEmpty() {
        List<String> overrides = List.of(NORMALIZED, "training.batch_size=8", "training.epochs=1");
        String eight = train(job(overrides), TestJobs.data(SEED, 43, 9), COMPILED, 8, "eight")
                .outcome()
                .parametersSha256();
        for (int workers : new int[] {1, 2, 4, 8}) {
            assertThat(train(
                                    job(overrides, "determinism.slices=8"),
                                    TestJobs.data(SEED, 43, 9),
                                    COMPILED,
                                    workers,
                                    "of-" + workers)
                            .outcome()
                            .parametersSha256())
                    .isEqualTo(eight);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ADAM, NORMALIZED})
    void killedWorkersAndOtherNumbersOfWorkersCostNoBit(String override) {
        JobConfig job = TestJobs.classifier(override, SLICES, "training.epochs=3");
        String undisturbed =
                train(job, classes(), COMPILED, 1, "undisturbed").outcome().parametersSha256();
        for (int victim = 0; victim < 2; victim++) {
            Result disturbed = new InProcessTraining(job, classes(), 2, directory.resolve("killed-" + victim))
                    .killing(victim, 7, 31)
                    .run();
            assertThat(disturbed.rejoins()).isEqualTo(2);
            assertThat(disturbed.outcome().parametersSha256())
                    .as("rank %d killed twice", victim)
                    .isEqualTo(undisturbed);
        }
        // In the middle of an epoch each time: begun with two, gone on with one, then with four.
        for (int[] workers : new int[][] {{2, 1}, {2, 4, 1}, {1, 4, 2}}) {
            String name = "moved-" + workers.length + workers[0] + workers[1];
            for (int attempt = 0; attempt < workers.length; attempt++) {
                InProcessTraining training =
                        new InProcessTraining(job, classes(), workers[attempt], directory.resolve(name));
                boolean isLast = attempt == workers.length - 1;
                Result result =
                        isLast ? training.run() : training.stoppingAt(14).run();
                assertThat(result.outcome().status()).isEqualTo(isLast ? Status.COMPLETED : Status.STOPPED);
                if (isLast) {
                    assertThat(result.outcome().parametersSha256()).as(name).isEqualTo(undisturbed);
                }
            }
        }
    }

    @Test
    void aNumberOfWorkersThatDoesNotDivideTheSlicesIsRefused() {
        assertThatThrownBy(() -> train(TestJobs.classifier(SLICES), classes(), COMPILED, 3, "three"))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessage("determinism.slices: expected a multiple of the number of workers, 3, found 4;"
                        + " give 2 or 4 workers");
    }
}
