package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointFormat;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.sync.DivergedException;
import dev.lockstep.core.train.InProcessTraining.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's promises with codecs and with an outer momentum. */
class CodecTrainingTest {
    private static final long SEED = 20_261_121;
    private static final String FLOAT16 = "cluster.sync={gradient_sharing: {codec: float16}}";
    private static final String THRESHOLD = "cluster.sync={gradient_sharing: {codec: {threshold: {density: 0.05}}}}";
    private static final String OUTER =
            "cluster.sync={parameter_averaging: {every: 4, outer_momentum: 0.9, outer_learning_rate: 0.7}}";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private InProcessTraining training(JobConfig job, int workers, String name) {
        return new InProcessTraining(job, TestJobs.data(SEED, 300, 60), workers, directory.resolve(name));
    }

    private static JsonNode lastEpoch(Result result) throws IOException {
        JsonNode last = JSON.createObjectNode();
        for (String text : result.events()) {
            JsonNode event = JSON.readTree(text);
            last = event.path("event").asText().equals("epoch") ? event : last;
        }
        return last;
    }

    @ParameterizedTest
    @ValueSource(strings = {FLOAT16, THRESHOLD, OUTER})
    void anyNumberOfWorkersLearnsAndAllRanksHoldTheSameBits(String sync) throws IOException {
        for (int workers = 1; workers <= 3; workers++) {
            Result result = training(TestJobs.classifier(sync, "training.epochs=10"), workers, "w" + workers)
                    .run();
            assertThat(result.all())
                    .extracting(TrainingOutcome::parametersSha256)
                    .containsOnly(result.outcome().parametersSha256());
            JsonNode epoch = lastEpoch(result);
            System.out.printf(
                    "%s, %d workers: val_accuracy %s, val_loss %s, bytes a step %s%n",
                    sync, workers, epoch.path("val_accuracy"), epoch.path("val_loss"), epoch.path("bytes_per_step"));
            // Four classes: guessing gets a quarter right.
            assertThat(epoch.path("val_accuracy").asDouble()).isGreaterThan(0.6);
        }
    }

    /** 276 parameters: 2,250 bytes would be 2 (W - 1) / W times 4 bytes each with 5 exact sums. */
    @Test
    void theEpochTellsTheBytesThatWouldHaveToTravel() throws IOException {
        int parameters = 276;
        int exactSums = 5;
        Result exact = training(TestJobs.classifier(), 2, "exact").run();
        assertThat(lastEpoch(exact).path("bytes_per_step").asLong(-1)).isZero();
        Result half = training(TestJobs.classifier(FLOAT16), 2, "half").run();
        assertThat(lastEpoch(half).path("bytes_per_step").asLong()).isEqualTo(2 * parameters + 1 + 4 * exactSums);
        Result few = training(TestJobs.classifier(THRESHOLD), 2, "few").run();
        assertThat(lastEpoch(few).path("bytes_per_step").asLong()).isBetween(40L, 150L);
    }

    @ParameterizedTest
    @ValueSource(strings = {FLOAT16, THRESHOLD, OUTER})
    void aStoppedRunResumesAndEndsWithTheSameBits(String sync) {
        JobConfig job = TestJobs.classifier(sync);
        for (int workers = 1; workers <= 3; workers++) {
            Result undisturbed =
                    training(job, workers, "undisturbed-" + workers).run();
            String name = "stopped-" + workers;
            training(job, workers, name).stoppingAt(23).run();
            Result resumed = training(job, workers, name).run();
            assertThat(resumed.events()).anyMatch(event -> event.contains("\"resume\""));
            assertThat(resumed.outcome().parametersSha256())
                    .isEqualTo(undisturbed.outcome().parametersSha256());
        }
    }

    /** From a checkpoint of the background writer, in the middle of an epoch and at its end. */
    @ParameterizedTest
    @CsvSource({"7 steps, 7", "7 steps, 21", "1 epoch, 10", "2 epochs, 40", "1000 epochs, 50"})
    void everyCheckpointHoldsAllThatTheRunNeeds(String every, long step) throws IOException {
        JobConfig job = TestJobs.classifier(THRESHOLD, "checkpoint={every: " + every + ", keep: 100}");
        Result whole = training(job, 3, "whole").run();
        Checkpoint kept;
        try (CheckpointManager manager = manager(job, "whole")) {
            kept = manager.latest().orElseThrow();
        }
        assertThat(kept.step()).isEqualTo(50);
        Checkpoint middle = new CheckpointFormat(new LocalCheckpointStorage(directory.resolve("whole")))
                .read(CheckpointFormat.directoryName(step));
        assertThat(middle.tensors()).containsKeys("sync", "residual.0", "residual.1", "residual.2");
        try (CheckpointManager manager = manager(job, "again")) {
            manager.writeNow(middle);
        }
        assertThat(training(job, 3, "again").run().outcome().parametersSha256())
                .isEqualTo(whole.outcome().parametersSha256());
    }

    private CheckpointManager manager(JobConfig job, String name) {
        return new CheckpointManager(
                new LocalCheckpointStorage(directory.resolve(name)), job.checkpoint(), () -> 1L, "t", event -> {});
    }

    /** A run that goes on from a checkpoint whose residuals were taken out does what all ranks do after a loss. */
    @Test
    void aKilledWorkerResetsTheResidualsOfAllRanks() throws IOException {
        JobConfig job = TestJobs.classifier(THRESHOLD);
        Result undisturbed = training(job, 2, "undisturbed").run();
        training(job, 2, "stopped").stoppingAt(23).run();
        try (CheckpointManager stopped = manager(job, "stopped");
                CheckpointManager without = manager(job, "without")) {
            Checkpoint checkpoint = stopped.latest().orElseThrow();
            assertThat(checkpoint.step()).isEqualTo(23);
            TreeMap<String, float[]> tensors = new TreeMap<>(checkpoint.tensors());
            assertThat(tensors.remove("residual.0")).isNotEqualTo(new float[276]);
            assertThat(tensors.remove("residual.1")).isNotEqualTo(new float[276]);
            without.writeNow(new Checkpoint(23, checkpoint.state(), tensors));
        }
        Result reset = training(job, 2, "without").run();
        for (int victim = 0; victim < 2; victim++) {
            Result disturbed = training(job, 2, "killed-" + victim)
                    // Ten steps and one validation an epoch: this is the batch of step 24.
                    .killing(victim, 26)
                    .run();
            assertThat(disturbed.rejoins()).isEqualTo(1);
            assertThat(disturbed.all())
                    .extracting(TrainingOutcome::parametersSha256)
                    .containsOnly(reset.outcome().parametersSha256());
        }
        assertThat(reset.outcome().parametersSha256())
                .isNotEqualTo(undisturbed.outcome().parametersSha256());
    }

    @Test
    void aKilledWorkerCostsNoBitOfTheOuterMomentum() {
        JobConfig job = TestJobs.classifier(OUTER);
        Result undisturbed = training(job, 3, "undisturbed").run();
        Result disturbed = training(job, 3, "killed").killing(1, 7, 31).run();
        assertThat(disturbed.rejoins()).isEqualTo(2);
        assertThat(disturbed.outcome().parametersSha256())
                .isEqualTo(undisturbed.outcome().parametersSha256());
    }

    @Test
    void theRunGoesOnWithAnotherNumberOfWorkers() throws IOException {
        JobConfig job = TestJobs.classifier(THRESHOLD, "training.epochs=10");
        training(job, 3, "moved").stoppingAt(23).run();
        training(job, 2, "moved").stoppingAt(23).run();
        training(job, 1, "moved").stoppingAt(23).run();
        Result last = training(job, 3, "moved").run();
        assertThat(last.outcome().step()).isEqualTo(100);
        assertThat(lastEpoch(last).path("val_accuracy").asDouble()).isGreaterThan(0.6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cluster.sync=gradient_sharing|sync: expected 0 values, found 1",
                OUTER + "|sync: expected 276 values, found 1"
            })
    void aCheckpointOfAnotherCodecIsRefused(String now, String message) {
        training(TestJobs.classifier(THRESHOLD, "training.epochs=1"), 2, "other")
                .run();
        assertThatThrownBy(() -> training(TestJobs.classifier(now), 2, "other").run())
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll("checkpoint of step 10: " + message, "--fresh")
                .extracting(refused -> ((LockstepException) refused).exitCode())
                .isEqualTo(ExitCode.MODEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {FLOAT16, THRESHOLD, OUTER})
    void divergenceStopsAllRanks(String sync) {
        JobConfig job = TestJobs.classifier("training.optimizer={sgd: {learning_rate: 1e38}}", sync);
        assertThatThrownBy(() -> training(job, 2, "diverging").run())
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("diverged at step");
    }
}
