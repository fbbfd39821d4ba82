package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.oracle.ParameterTolerance;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fifty steps of the whole engine (order of samples, slices, replica, merge, penalty, optimizer, statistics) against
 * the reference trainer. Each epoch's last batch is short, so weights by count matter.
 */
class EngineParityTest {
    private static final long SEED = 31_415;
    private static final int STEPS = 50;
    /** Ten batches of 30 an epoch, the last one of 22. */
    private static final int TRAINING_SAMPLES = 292;

    private static final String NORMALIZED =
            """
            model.layers=[{dense: {units: 16, activation: relu}}, {batch_normalization: {momentum: 0.9}},
            {dropout: {rate: 0.25}}, {dense: {units: 4, activation: softmax, kernel_regularizer: {l2: 0.002}}}]""";
    private static final String CONVOLUTIONAL =
            """
            model.layers=[{conv2d: {filters: 4, kernel_size: 5, padding: same, activation: relu,
            kernel_regularizer: {l2: 0.002}}}, max_pooling2d, {dropout: {rate: 0.2}},
            {conv2d: {filters: 6, kernel_size: [3, 2], activation: tanh}},
            {average_pooling2d: {pool_size: 2, padding: same}}, flatten, {dense: {units: 4, activation: softmax}}]""";
    private static final String RESHAPED =
            """
            model.layers=[{input: {shape: [8, 8]}}, {reshape: {target_shape: [4, -1, 2]}},
            {conv2d: {filters: 6, kernel_size: [2, 3], activation: hard_sigmoid}}, {reshape: {target_shape: [6, 3, 6]}},
            {conv2d: {filters: 5, kernel_size: 2}}, {activation: {activation: leaky_relu}}, global_average_pooling2d,
            {dense: {units: 8, activation: gelu}}, {dense: {units: 4}}, {activation: {activation: softmax}}]""";
    private static final List<String> OPTIMIZERS = List.of(
            "training.optimizer={sgd: {learning_rate: 0.05}}",
            "training.optimizer={sgd: {learning_rate: 0.02, momentum: 0.9}}",
            "training.optimizer={sgd: {learning_rate: 0.02, momentum: 0.9, nesterov: true}}",
            "training.optimizer={adagrad: {learning_rate: 0.05}}",
            "training.optimizer={rmsprop: {learning_rate: 0.003}}",
            "training.optimizer={adam: {learning_rate: 0.003}}",
            "training.optimizer={adamw: {learning_rate: 0.003, weight_decay: 0.1}}",
            "training.optimizer={nadam: {learning_rate: 0.003}}");
    private static final String L2_AND_DROPOUT =
            "model.layers=[{dropout: {rate: 0.1}}, {dense: {units: 16, activation: relu, kernel_regularizer:"
                    + " {l2: 0.001}}}, {dropout: {rate: 0.3}}, {dense: {units: 4, activation: softmax}}]";
    private static final Map<String, String> MODELS = Map.of(
            "plain",
            "model.layers=[{dense: {units: 16, activation: tanh}}, {dense: {units: 4, activation: softmax}}]",
            "l2",
            "model.layers=[{dense: {units: 16, activation: relu, kernel_regularizer: {l2: 0.01}}},"
                    + " {dense: {units: 4, activation: softmax, kernel_regularizer: {l2: 0.003}}}]",
            "l1 and l2",
            "model.layers=[{dense: {units: 16, activation: relu, kernel_regularizer: {l1: 0.0001, l2: 0.01},"
                    + " bias_regularizer: {l1: 0.0001}}}, {dense: {units: 4, activation: softmax,"
                    + " kernel_regularizer: {l1: 0.0001}, bias_regularizer: {l2: 0.01}}}]",
            "dropout",
            "model.layers=[{dense: {units: 16, activation: relu}}, {dropout: {rate: 0.3}},"
                    + " {dense: {units: 4, activation: softmax}}]",
            "l2 and dropout",
            L2_AND_DROPOUT);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    static Stream<Arguments> cases() {
        return OPTIMIZERS.stream()
                .flatMap(optimizer -> MODELS.entrySet().stream().flatMap(model -> Stream.of(1, 3)
                        .map(workers -> Arguments.of(optimizer, model.getKey(), model.getValue(), workers))));
    }

    static Stream<String> optimizers() {
        return OPTIMIZERS.stream();
    }

    @ParameterizedTest(name = "{0} {1} {3} workers")
    @MethodSource("cases")
    void theEngineEndsWhereTheReferenceEnds(String optimizer, String name, String model, int workers) {
        assertAgrees(TestJobs.classifier(optimizer, model), workers, name + ", " + workers + " workers");
    }

    /** Averaging after every step of plain SGD is the same arithmetic, whatever the penalty and the mask. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void averagingEveryStepWithPlainSgdEndsThereToo(int workers) {
        for (Map.Entry<String, String> model : MODELS.entrySet()) {
            JobConfig job = TestJobs.classifier(
                    OPTIMIZERS.get(0), model.getValue(), "cluster.sync={parameter_averaging: {every: 1}}");
            assertAgrees(job, workers, "averaged, " + model.getKey() + ", " + workers + " workers");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{exponential_decay: {decay_steps: 10, decay_rate: 0.7}}",
                "{cosine_decay: {decay_steps: 30, alpha: 0.1, warmup_steps: 12, warmup_from: 0.2}}"
            })
    void aScheduleEndsWhereTheReferenceEnds(String schedule) {
        for (String optimizer : List.of(OPTIMIZERS.get(1), "training.optimizer={adam: {learning_rate: 0.003}}")) {
            for (int workers = 1; workers <= 2; workers++) {
                assertAgrees(
                        TestJobs.classifier(optimizer, L2_AND_DROPOUT, "training.learning_rate_schedule=" + schedule),
                        workers,
                        schedule.substring(1, 8) + ", " + optimizer.substring(20, 23) + ", " + workers + " workers");
            }
        }
    }

    /** The norm is that of the global batch's gradient, penalties included, whoever holds its samples. */
    @ParameterizedTest
    @ValueSource(strings = {"training.clip_norm=0.2", "training.clip_value=0.02"})
    void clippingEndsWhereTheReferenceEndsAndMatters(String clipping) {
        TrainingData data = TestJobs.data(SEED, TRAINING_SAMPLES, 40);
        double[] unclipped = new ReferenceRun(TestJobs.classifier(OPTIMIZERS.get(1), L2_AND_DROPOUT), data)
                .train()
                .parameters();
        JobConfig job = TestJobs.classifier(OPTIMIZERS.get(1), L2_AND_DROPOUT, clipping);
        for (int workers = 1; workers <= 3; workers++) {
            float[] clipped = assertAgrees(job, data, workers, clipping + ", " + workers + " workers");
            assertThat(ParameterTolerance.largestDifference(clipped, unclipped)).isGreaterThan(1e-2);
        }
    }

    static Stream<Arguments> losses() {
        DoubleUnaryOperator quantity = label -> 1 + label;
        DoubleUnaryOperator sign = label -> label < 2 ? -1 : 1;
        DoubleUnaryOperator half = label -> label < 2 ? 0 : 1;
        return Stream.of(
                Arguments.of("mae", 1, quantity),
                Arguments.of("mape", 1, quantity),
                Arguments.of("msle", 1, quantity),
                Arguments.of("{huber: {delta: 0.5}}", 1, quantity),
                Arguments.of("hinge", 1, sign),
                Arguments.of("perceptron", 1, half),
                Arguments.of("{binary_crossentropy: {from_logits: true}}", 1, half),
                Arguments.of(
                        "{sparse_categorical_crossentropy: {from_logits: true}}", 4, DoubleUnaryOperator.identity()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("losses")
    void everyLossOfAnyNumberOfWorkersEndsWhereTheReferenceEnds(
            String loss, int outputs, DoubleUnaryOperator labelOfClass) {
        JobConfig job = TestJobs.classifier(
                "training.loss=" + loss,
                "training.metrics=[]",
                "training.optimizer={sgd: {learning_rate: 0.01}}",
                "model.layers=[{dense: {units: 16, activation: tanh}}, {dense: {units: " + outputs + ", activation: "
                        + (loss.equals("perceptron") ? "step" : "linear") + "}}]");
        TrainingData data = TestJobs.data(SEED, TRAINING_SAMPLES, 40, labelOfClass);
        for (int workers = 1; workers <= 2; workers++) {
            assertAgrees(job, data, workers, loss + ", " + workers + " workers");
        }
    }

    /** The classes are equally frequent in the samples, so the balanced weights are made to differ by the labels. */
    @ParameterizedTest
    @ValueSource(strings = {"{0: 0.5, 2: 3.0}", "balanced"})
    void classWeightsOfAnyNumberOfWorkersEndWhereTheReferenceEnds(String weights) {
        DoubleUnaryOperator uneven = label -> label == 3 ? 1 : 0;
        JobConfig classes = TestJobs.classifier("training.class_weights=" + weights);
        JobConfig sign = TestJobs.classifier(
                "training.class_weights=" + weights.replace('2', '1'),
                "training.loss=hinge",
                "model.layers=[{dense: {units: 16, activation: tanh}}, {dense: {units: 1}}]");
        for (int workers = 1; workers <= 3; workers++) {
            String what = "weights " + weights + ", " + workers + " workers";
            assertAgrees(classes, TestJobs.data(SEED, TRAINING_SAMPLES, 40, uneven), workers, what);
            assertAgrees(classes, TestJobs.data(SEED, TRAINING_SAMPLES, 40), workers, "4 classes, " + what);
            assertAgrees(sign, TestJobs.data(SEED, TRAINING_SAMPLES, 40, uneven), workers, "hinge, " + what);
        }
    }

    /** Each sample's own weight, times its class's if classes have some. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{0: 0.5, 2: 3.0}", "balanced"})
    void sampleWeightsOfAnyNumberOfWorkersEndWhereTheReferenceEnds(String classWeights) {
        JobConfig job = classWeights.equals("{}")
                ? TestJobs.classifier()
                : TestJobs.classifier("training.class_weights=" + classWeights);
        for (int workers = 1; workers <= 3; workers++) {
            assertAgrees(
                    job,
                    TestJobs.weightedData(SEED, TRAINING_SAMPLES, 40),
                    workers,
                    "class weights " + classWeights + ", " + workers + " workers");
        }
    }

    /** The moments are those of the global batch, whoever holds its samples. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void batchNormalizationOfAnyNumberOfWorkersEndsWhereTheReferenceEnds(String optimizer) {
        for (int workers = 1; workers <= 4; workers++) {
            assertAgrees(
                    TestJobs.classifier(optimizer, NORMALIZED),
                    workers,
                    "batch normalization, " + workers + " workers");
        }
    }

    /** Where the layer opts out, each worker normalises by its own slice: another answer, and a repeatable one. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void localMomentsDependOnTheWorkersAndRepeat(int workers) {
        JobConfig job = TestJobs.classifier(
                OPTIMIZERS.get(0), NORMALIZED.replace("momentum: 0.9", "momentum: 0.9, synchronized: false"));
        TrainingData data = TestJobs.data(SEED, TRAINING_SAMPLES, 40);
        ReferenceRun reference = new ReferenceRun(job, data).train();
        TrainingOutcome first = new InProcessTraining(job, data, workers, directory.resolve("first"))
                .run()
                .outcome();
        TrainingOutcome second = new InProcessTraining(job, data, workers, directory.resolve("second"))
                .run()
                .outcome();
        assertThat(first.step()).isEqualTo(STEPS);
        assertThat(first.parametersSha256()).isEqualTo(second.parametersSha256());
        assertThat(ParameterTolerance.largestDifference(first.parameters(), reference.parameters()))
                .as("local moments show, seed %d", SEED)
                .isBetween(1e-4, 1.0);
    }

    /** The comparison itself: from the same start, another seed's order is far outside the tolerance. */
    @Test
    void anotherOrderWouldBeNoticed() {
        TrainingData data = TestJobs.data(SEED, TRAINING_SAMPLES, 0);
        String fixedStart =
                "model.layers=[{dense: {units: 16, kernel_initializer: zeros, bias_initializer: zeros}}, {dense: {units: 4, activation: softmax, kernel_initializer: {constant: {value: 0.1}}}}]";
        double[] one = new ReferenceRun(TestJobs.classifier(OPTIMIZERS.get(0), fixedStart), data)
                .train()
                .parameters();
        float[] other = new InProcessTraining(
                        TestJobs.classifier(OPTIMIZERS.get(0), fixedStart, "seed=8"), data, 1, directory)
                .run()
                .outcome()
                .parameters();
        assertThat(ParameterTolerance.largestDifference(other, one)).isGreaterThan(1e-4);
    }

    static Stream<Arguments> imageCases() {
        return OPTIMIZERS.stream()
                .flatMap(optimizer -> Stream.of(CONVOLUTIONAL, RESHAPED).map(model -> Arguments.of(optimizer, model)));
    }

    /** The order of additions inside a convolution depends on the slice, so two workers give other last bits. */
    @ParameterizedTest
    @MethodSource("imageCases")
    void aConvolutionalNetworkEndsWhereTheReferenceEnds(String optimizer, String model) {
        JobConfig job = TestJobs.classifier(optimizer, model);
        TrainingData images = TestJobs.data(SEED, TRAINING_SAMPLES, 40, Shape.of(8, 8));
        float[] ofOne = assertAgrees(job, images, 1, "convolutions, 1 worker");
        float[] ofTwo = assertAgrees(job, images, 2, "convolutions, 2 workers");
        ParameterTolerance.assertAgree(
                ofTwo,
                ParameterTolerance.doubles(ofOne),
                job.training().optimizer(),
                STEPS,
                "2 workers against 1, seed " + SEED);
    }

    private void assertAgrees(JobConfig job, int workers, String what) {
        assertAgrees(job, TestJobs.data(SEED, TRAINING_SAMPLES, 40), workers, what);
    }

    /** @return the engine's parameters */
    private float[] assertAgrees(JobConfig job, TrainingData data, int workers, String what) {
        ReferenceRun reference = new ReferenceRun(job, data).train();
        TrainingOutcome outcome = new InProcessTraining(job, data, workers, directory.resolve(what))
                .run()
                .outcome();
        assertThat(outcome.step()).isEqualTo(STEPS);
        ParameterTolerance.assertAgree(
                outcome.parameters(),
                reference.parameters(),
                job.training().optimizer(),
                STEPS,
                what + ", seed " + SEED);
        assertThat(ParameterTolerance.medianDifference(
                        outcome.parameters(), ParameterTolerance.doubles(reference.initialParameters())))
                .as("training has moved the median parameter, %s", what)
                .isGreaterThan(1e-3);
        return outcome.parameters();
    }
}
