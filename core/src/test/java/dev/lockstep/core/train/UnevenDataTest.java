package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.config.JobConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets that do not divide: by batch, by workers, or into anything at all. {@link TrainerTest} has the weights. */
class UnevenDataTest {
    private static final long SEED = 1_618;
    private static final String AVERAGING = "cluster.sync={parameter_averaging: {every: 16}}";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private InProcessTraining training(JobConfig job, TrainingData data, int workers, String name) {
        return new InProcessTraining(job, data, workers, directory.resolve(name));
    }

    private static JsonNode lastEpoch(InProcessTraining.Result result) throws IOException {
        JsonNode last = null;
        for (String text : result.events()) {
            JsonNode event = JSON.readTree(text);
            last = event.path("event").asText().equals("epoch") ? event : last;
        }
        assertThat(last).isNotNull();
        return Objects.requireNonNull(last);
    }

    /** The last batch has one sample: two ranks stand still and have no weight in the average. */
    @ParameterizedTest
    @ValueSource(ints = {60_001, 59_905})
    void averagingUsesEverySampleExactlyOnceAnEpoch(int samples) throws IOException {
        JobConfig job = TestJobs.classifier(AVERAGING, "training.batch_size=128", "training.epochs=1");
        AtomicIntegerArray used = new AtomicIntegerArray(samples);
        InProcessTraining.Result result = training(job, TestJobs.data(SEED, samples, 0), 3, "averaging")
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
        // The share of correct predictions has the true count below it.
        double correct = lastEpoch(result).path("accuracy").asDouble() * samples;
        assertThat(correct).isCloseTo(Math.rint(correct), Assertions.within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void fewerValidationSamplesThanWorkersAreEvaluatedAll(int validation) throws IOException {
        JobConfig job = TestJobs.classifier("training.epochs=1");
        TrainingData data = TestJobs.data(SEED, 90, validation);
        JsonNode alone = lastEpoch(training(job, data, 1, "alone").run());
        JsonNode many = lastEpoch(training(job, data, 4, "many").run());
        assertThat(many.path("val_loss").asDouble())
                .isCloseTo(alone.path("val_loss").asDouble(), Assertions.within(1e-5));
        assertThat(many.path("val_accuracy")).isEqualTo(alone.path("val_accuracy"));
        assertThat(many.path("val_accuracy").asDouble() * validation % 1).isZero();
    }

    @Test
    void noValidationIsAbsentNotZero() throws IOException {
        JobConfig job = TestJobs.classifier("training.epochs=1");
        JsonNode epoch =
                lastEpoch(training(job, TestJobs.data(SEED, 90, 0), 2, "none").run());
        assertThat(epoch.has("loss")).isTrue();
        assertThat(epoch.has("val_loss")).isFalse();
        assertThat(epoch.has("val_accuracy")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster.sync=gradient_sharing", AVERAGING})
    void oneStepIsARun(String sync) throws IOException {
        JobConfig job = TestJobs.classifier(sync, "training.epochs=1");
        InProcessTraining.Result result =
                training(job, TestJobs.data(SEED, 30, 10), 3, "one").run();
        assertThat(result.outcome().step()).isEqualTo(1);
        assertThat(lastEpoch(result).path("val_loss").isNumber()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster.sync=gradient_sharing", AVERAGING})
    void oneSampleAndThreeWorkersIsARunToo(String sync) throws IOException {
        JobConfig job = TestJobs.classifier(sync, "training.epochs=3");
        TrainingData data = TestJobs.data(SEED, 1, 1);
        InProcessTraining.Result three = training(job, data, 3, "three").run();
        assertThat(three.outcome().step()).isEqualTo(3);
        assertThat(lastEpoch(three).path("loss").isNumber()).isTrue();
        assertThat(three.outcome().parameters())
                .containsExactly(training(job, data, 1, "one").run().outcome().parameters(), Offset.offset(1e-5f));
    }
}
