package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.train.InProcessTraining.Result;
import dev.lockstep.core.train.TrainingOutcome.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that end when a figure no longer improves: the same on all ranks, after a resume, with a worker that comes back. */
class EarlyStoppingTest {
    private static final long SEED = 1_618;
    private static final String VALIDATES = "data.validation={split: 0.1}";
    /** Of a loss that falls at every epoch the first is the best; so the third ends the run, and leaves the first. */
    private static final String RISING =
            "training.early_stopping={monitor: loss, mode: max, patience: 2, restore_best: true}";

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** At most 5 epochs of 10 steps. The test samples are some of those that are learnt. */
    private InProcessTraining training(JobConfig job, int workers, String name) {
        TrainingData data = TestJobs.data(SEED, 300, 60);
        TrainingData tested = new TrainingData(
                data.samples(), data.trainIndices(), data.validationIndices(), TestJobs.samples(SEED, 50));
        return new InProcessTraining(job, tested, workers, directory.resolve(name));
    }

    private static JobConfig job(String... overrides) {
        return TestJobs.classifier(overrides);
    }

    /** The epochs' events by number; told by all ranks alike, or this fails. */
    private static TreeMap<Integer, JsonNode> epochs(List<String> events) throws IOException {
        TreeMap<Integer, JsonNode> epochs = new TreeMap<>();
        for (String text : events) {
            JsonNode event = JSON.readTree(text);
            if (event.path("event").asText().equals("epoch")) {
                JsonNode known = epochs.putIfAbsent(event.path("epoch").asInt(), event);
                assertThat(event.path("early_stopping"))
                        .isEqualTo(known == null ? event.path("early_stopping") : known.path("early_stopping"));
            }
        }
        return epochs;
    }

    private static JsonNode test(Result result) throws IOException {
        String test = result.events().stream()
                .filter(event -> event.contains("\"event\":\"test\""))
                .findFirst()
                .orElseThrow();
        return JSON.readTree(test);
    }

    @Test
    void theModelOfTheBestEpochIsLeftAndTested() throws IOException {
        Result one = training(job("training.epochs=1"), 2, "one").run();
        Result stopped = training(job(RISING), 2, "stopped").run();
        assertThat(stopped.outcome().status()).isEqualTo(Status.COMPLETED);
        assertThat(stopped.outcome().step()).isEqualTo(30);
        assertThat(stopped.outcome().parametersStep()).isEqualTo(10);
        assertThat(stopped.outcome().parametersSha256()).isEqualTo(one.outcome().parametersSha256());
        assertThat(test(stopped).path("loss")).isEqualTo(test(one).path("loss"));
        TreeMap<Integer, JsonNode> epochs = epochs(stopped.events());
        assertThat(epochs).hasSize(3);
        JsonNode told = epochs.lastEntry().getValue().path("early_stopping");
        assertThat(told.path("stopped").asBoolean()).isTrue();
        assertThat(told.path("best_epoch").asInt()).isEqualTo(1);
        assertThat(told.path("best"))
                .isEqualTo(Objects.requireNonNull(epochs.get(1)).path("loss"));
        assertThat(Objects.requireNonNull(epochs.get(2))
                        .path("early_stopping")
                        .path("stopped")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void withoutRestoringTheLastModelIsLeft() {
        String last =
                training(job("training.epochs=3"), 2, "three").run().outcome().parametersSha256();
        Result stopped = training(job(RISING.replace(", restore_best: true", "")), 2, "stopped")
                .run();
        assertThat(stopped.outcome().step()).isEqualTo(30);
        assertThat(stopped.outcome().parametersSha256()).isEqualTo(last);
    }

    /** As Keras 3 does. */
    @Test
    void aRunThatWasNotStoppedEndsWithItsBestModelToo() {
        Result one = training(job("training.epochs=1"), 1, "one").run();
        Result all = training(job(RISING.replace("patience: 2", "patience: 9")), 1, "all")
                .run();
        assertThat(all.outcome().step()).isEqualTo(50);
        assertThat(all.outcome().parametersSha256()).isEqualTo(one.outcome().parametersSha256());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gradient_sharing", "{parameter_averaging: {every: 4}}"})
    void aResumedRunEndsAsAnUndisturbedOne(String sync) throws IOException {
        JobConfig job = job(RISING, "cluster.sync=" + sync, "checkpoint.best={monitor: loss}");
        Result undisturbed = training(job, 2, "undisturbed").run();
        // Between the best epoch and the end: after the first epoch's checkpoint, and in the middle of the third.
        for (int step : new int[] {10, 24}) {
            Result stopped =
                    training(job, 2, "stopped-" + step).stoppingAt(step).run();
            assertThat(stopped.outcome().status()).isEqualTo(Status.STOPPED);
            Result resumed = training(job, 2, "stopped-" + step).run();
            assertThat(resumed.outcome().step()).isEqualTo(30);
            assertThat(resumed.outcome().parametersSha256())
                    .isEqualTo(undisturbed.outcome().parametersSha256());
            assertThat(test(resumed).path("loss")).isEqualTo(test(undisturbed).path("loss"));
            assertThat(epochs(resumed.events()).lastEntry().getValue().path("early_stopping"))
                    .isEqualTo(
                            epochs(undisturbed.events()).lastEntry().getValue().path("early_stopping"));
            BestModel best = Objects.requireNonNull(resumed.outcome().best());
            assertThat(best.epoch()).isEqualTo(3);
            assertThat(best.parameters())
                    .isEqualTo(
                            Objects.requireNonNull(undisturbed.outcome().best()).parameters());
        }
        // The driver died after the last checkpoint: the end is told again, and no step is taken.
        Result again = training(job, 2, "undisturbed").run();
        assertThat(again.outcome().step()).isEqualTo(30);
        assertThat(again.outcome().parametersSha256())
                .isEqualTo(undisturbed.outcome().parametersSha256());
    }

    /** What comes back has nothing but what the others give it: neither the best model nor how long ago it was. */
    @Test
    void aKilledWorkerTakesTheBestModelFromTheOthers() {
        JobConfig job = job(RISING);
        Result undisturbed = training(job, 2, "undisturbed").run();
        for (int victim = 0; victim < 2; victim++) {
            Result disturbed =
                    training(job, 2, "killed-" + victim).killing(victim, 25).run();
            assertThat(disturbed.rejoins()).isEqualTo(1);
            assertThat(disturbed.all()).as("rank %d killed", victim).allSatisfy(outcome -> assertThat(
                            outcome.parametersSha256())
                    .isEqualTo(undisturbed.outcome().parametersSha256()));
        }
    }

    @Test
    void anyNumberOfWorkersKeepsTheSameBestModelWithItsStatistics() {
        JobConfig job = job(
                VALIDATES,
                "training.epochs=3",
                "training.metrics=[roc_auc]",
                "training.early_stopping={monitor: val_roc_auc, mode: min, patience: 5, restore_best: true}",
                "checkpoint.best={monitor: val_roc_auc}",
                "model.layers=[{dense: {units: 16, activation: relu}}, {batch_normalization: {momentum: 0.9}},"
                        + " {dense: {units: 4, activation: softmax}}]");
        TrainingOutcome one = training(job, 1, "one").run().outcome();
        TrainingOutcome two = training(job, 2, "two").run().outcome();
        assertThat(two.parametersStep()).isEqualTo(one.parametersStep());
        assertThat(two.parameters()).containsExactly(one.parameters(), within(1e-5f));
        assertThat(Objects.requireNonNull(two.best()).parameters())
                .containsExactly(Objects.requireNonNull(one.best()).parameters(), within(1e-5f));
        assertThat(one.best().step()).isGreaterThan(one.parametersStep());
    }

    @Test
    void aMonitorThatNoEpochTellsIsRefused() {
        assertThatThrownBy(() -> job(VALIDATES, "training.early_stopping={monitor: val_f1}"))
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll(
                        "training.early_stopping.monitor: expected a figure that an epoch of this job tells"
                                + " (loss, accuracy, val_loss, val_accuracy), found \"val_f1\"",
                        "training.metrics");
        assertThatThrownBy(() -> job("training.early_stopping={patience: 3}"))
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll("training.early_stopping", "data.validation.split");
        assertThatThrownBy(() -> job("checkpoint.best={}"))
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll("checkpoint.best", "data.validation.split");
        assertThat(job(VALIDATES, "training.early_stopping={monitor: val_accuracy}")
                        .training()
                        .earlyStopping())
                .isNotNull();
    }
}
