package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.sync.DivergedException;
import dev.lockstep.core.train.InProcessTraining.Result;
import dev.lockstep.core.train.TrainingOutcome.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's promises, on workers that are threads of this JVM. */
class TrainerTest {
    private static final long SEED = 20_261_121;
    private static final String SGD = "training.optimizer={sgd: {learning_rate: 0.05}}";
    private static final String MOMENTUM = "training.optimizer={sgd: {learning_rate: 0.02, momentum: 0.9}}";
    private static final String NESTEROV =
            "training.optimizer={sgd: {learning_rate: 0.02, momentum: 0.9, nesterov: true}}";
    private static final String ADAM = "training.optimizer={adam: {learning_rate: 0.003}}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** 50 steps: 5 epochs of 10 steps. */
    private Result train(JobConfig job, int workers, String name) {
        return new InProcessTraining(job, TestJobs.data(SEED, 300, 60), workers, directory.resolve(name)).run();
    }

    @ParameterizedTest
    @ValueSource(strings = {SGD, MOMENTUM, NESTEROV})
    void anyNumberOfWorkersGivesTheSameParameters(String optimizer) {
        JobConfig job = TestJobs.classifier(optimizer);
        float[] one = train(job, 1, "w1").outcome().parameters();
        for (int workers = 2; workers <= 4; workers++) {
            float[] many = train(job, workers, "w" + workers).outcome().parameters();
            assertThat(many).as("%d workers", workers).containsExactly(one, within(1e-5f));
        }
    }

    @Test
    void anyNumberOfWorkersGivesTheSameParametersWithAdamWithinItsOwnTolerance() {
        JobConfig job = TestJobs.classifier(ADAM);
        float[] one = train(job, 1, "w1").outcome().parameters();
        for (int workers = 2; workers <= 4; workers++) {
            float[] many = train(job, workers, "w" + workers).outcome().parameters();
            int beyond = 0;
            for (int i = 0; i < one.length; i++) {
                float difference = Math.abs(one[i] - many[i]);
                assertThat(difference).isLessThanOrEqualTo(0.02f * 0.003f * 50);
                beyond += difference > 1e-5f ? 1 : 0;
            }
            assertThat(beyond).as("%d workers", workers).isLessThanOrEqualTo(one.length / 1000);
        }
    }

    /** Keras divides the weighted losses by the number of samples, not by the sum of weights; figures are not weighted. */
    @Test
    void weightsOfTwoAreALearningRateTwiceAsHigh() throws IOException {
        String layers =
                "model.layers=[{dense: {units: 16, activation: tanh}}, {dense: {units: 4, activation: softmax}}]";
        Result weighted = train(
                TestJobs.classifier(
                        layers,
                        "training.optimizer={sgd: {learning_rate: 0.0625}}",
                        "training.class_weights={0: 2, 1: 2, 2: 2, 3: 2}"),
                2,
                "weighted");
        Result twice =
                train(TestJobs.classifier(layers, "training.optimizer={sgd: {learning_rate: 0.125}}"), 2, "twice");
        assertThat(weighted.outcome().parameters()).isEqualTo(twice.outcome().parameters());
        JsonNode ofWeighted = lastEpoch(weighted);
        JsonNode ofTwice = lastEpoch(twice);
        assertThat(ofWeighted.get("loss").asDouble())
                .isCloseTo(2 * ofTwice.get("loss").asDouble(), Offset.offset(1e-12));
        for (String figure : List.of("accuracy", "val_loss", "val_accuracy")) {
            assertThat(ofWeighted.get(figure)).as(figure).isEqualTo(ofTwice.get(figure));
        }
    }

    private static JsonNode lastEpoch(Result result) throws IOException {
        String last = "";
        for (String event : result.events()) {
            last = event.contains("\"event\":\"epoch\"") ? event : last;
        }
        return new ObjectMapper().readTree(last);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster.sync=gradient_sharing", "cluster.sync={parameter_averaging: {every: 4}}"})
    void theSameNumberOfWorkersGivesTheSameBits(String sync) {
        JobConfig job = TestJobs.classifier(ADAM, sync);
        Result first = train(job, 3, "first");
        Result second = train(job, 3, "second");
        assertThat(first.outcome().parametersSha256())
                .isEqualTo(second.outcome().parametersSha256());
        assertThat(first.all())
                .extracting(TrainingOutcome::parametersSha256)
                .containsOnly(first.outcome().parametersSha256());
    }

    @Test
    void averagingEveryStepWithPlainSgdIsGradientSharing() {
        float[] shared = train(TestJobs.classifier(SGD), 3, "shared").outcome().parameters();
        float[] averaged = train(
                        TestJobs.classifier(SGD, "cluster.sync={parameter_averaging: {every: 1}}"), 3, "averaged")
                .outcome()
                .parameters();
        assertThat(averaged).containsExactly(shared, within(1e-5f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster.sync=gradient_sharing", "cluster.sync={parameter_averaging: {every: 4}}"})
    void aStoppedRunResumesInTheMiddleOfAnEpochAndEndsWithTheSameBits(String sync) {
        JobConfig job = TestJobs.classifier(ADAM, sync);
        TrainingData data = TestJobs.data(SEED, 300, 60);
        Result undisturbed = train(job, 2, "undisturbed");
        Path checkpoints = directory.resolve("stopped");
        Result stopped =
                new InProcessTraining(job, data, 2, checkpoints).stoppingAt(23).run();
        assertThat(stopped.outcome().status()).isEqualTo(Status.STOPPED);
        assertThat(stopped.outcome().step()).isBetween(23L, 29L);
        Result resumed = new InProcessTraining(job, data, 2, checkpoints).run();
        assertThat(resumed.outcome().status()).isEqualTo(Status.COMPLETED);
        assertThat(resumed.outcome().parametersSha256())
                .isEqualTo(undisturbed.outcome().parametersSha256());
        assertThat(resumed.events()).anyMatch(event -> event.contains("\"resume\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster.sync=gradient_sharing", "cluster.sync={parameter_averaging: {every: 4}}"})
    void aKilledWorkerCostsNoStepAndNoBit(String sync) {
        JobConfig job = TestJobs.classifier(ADAM, sync);
        TrainingData data = TestJobs.data(SEED, 300, 60);
        Result undisturbed = train(job, 3, "undisturbed");
        for (int victim = 0; victim < 3; victim++) {
            Result disturbed = new InProcessTraining(job, data, 3, directory.resolve("killed-" + victim))
                    .killing(victim, 7, 31)
                    .run();
            assertThat(disturbed.rejoins()).isEqualTo(2);
            assertThat(disturbed.outcome().parametersSha256())
                    .as("rank %d killed twice", victim)
                    .isEqualTo(undisturbed.outcome().parametersSha256());
        }
    }

    /** The last batch has 97 samples or one; {@link UnevenDataTest} has sets of full size, and so has the plan. */
    @ParameterizedTest
    @ValueSource(ints = {12_001, 11_905})
    void everySampleIsUsedExactlyOnceAnEpochHoweverUneven(int samples) {
        JobConfig job = TestJobs.classifier(SGD, "training.batch_size=128", "training.epochs=1");
        AtomicIntegerArray used = new AtomicIntegerArray(samples);
        Result result = new InProcessTraining(job, TestJobs.data(SEED, samples, 0), 3, directory)
                .reading((rank, source) -> new WrappedSource(source, (indices, from, to) -> {
                    for (int i = from; i < to; i++) {
                        used.incrementAndGet(indices[i]);
                    }
                }))
                .run();
        int[] uses = new int[samples];
        Arrays.setAll(uses, used::get);
        assertThat(uses).containsOnly(1);
        assertThat(result.outcome().step()).isEqualTo((samples + 127) / 128);
    }

    /** The last batch has one sample: its weight in the mean is that of one sample, not of a batch. */
    @Test
    void theLastBatchIsWeightedByItsTrueSize() {
        JobConfig job = TestJobs.classifier(SGD, "training.epochs=1", "model.layers.1.dropout.rate=0");
        TrainingData data = TestJobs.data(SEED, 301, 0);
        assertParametersAreThoseOfOneWorker(job, data, 3);
    }

    @Test
    void moreWorkersThanSamplesInABatchIsLegal() {
        JobConfig job = TestJobs.classifier(SGD, "training.batch_size=3", "training.epochs=1");
        TrainingData data = TestJobs.data(SEED, 31, 5);
        assertParametersAreThoseOfOneWorker(job, data, 5);
    }

    private void assertParametersAreThoseOfOneWorker(JobConfig job, TrainingData data, int workers) {
        float[] one = new InProcessTraining(job, data, 1, directory.resolve("one"))
                .run()
                .outcome()
                .parameters();
        float[] many = new InProcessTraining(job, data, workers, directory.resolve("many"))
                .run()
                .outcome()
                .parameters();
        assertThat(many).containsExactly(one, within(1e-5f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster.sync=gradient_sharing", "cluster.sync={parameter_averaging: {every: 4}}"})
    void divergenceStopsAllRanksNamingStepAndLayer(String sync) {
        JobConfig job = TestJobs.classifier("training.optimizer={sgd: {learning_rate: 1e38}}", sync);
        assertThatThrownBy(() -> train(job, 2, "diverging"))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("diverged at step")
                .hasMessageContaining("learning_rate");
    }

    /** A single worker never waits for anybody, so the interrupt of a cancelled task must be looked for. */
    @Test
    void anInterruptedWorkerEndsBetweenTwoSteps() {
        AtomicInteger reads = new AtomicInteger();
        InProcessTraining training = new InProcessTraining(
                        TestJobs.classifier(SGD), TestJobs.data(SEED, 300, 0), 1, directory)
                .reading((rank, source) -> new WrappedSource(source, (indices, from, to) -> {
                    if (reads.incrementAndGet() == 7) {
                        Thread.currentThread().interrupt();
                    }
                }));
        assertThatThrownBy(training::run)
                .isInstanceOf(AttemptEndedException.class)
                .hasMessageContaining("interrupted");
        assertThat(reads).hasValue(7);
    }

    private static Offset<Float> within(float tolerance) {
        return Offset.offset(tolerance);
    }
}
