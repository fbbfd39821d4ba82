package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.train.TrainingOutcome.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run that goes on from a checkpoint tells, and what it refuses. */
class ResumeTest {
    private static final long SEED = 2_718;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private InProcessTraining training(JobConfig job, String name) {
        return new InProcessTraining(job, TestJobs.data(SEED, 292, 61), 2, directory.resolve(name));
    }

    /** The epoch events without what depends on the clock; told by every rank with the same figures. */
    private static SortedMap<Integer, ObjectNode> epochs(List<String> events) throws IOException {
        TreeMap<Integer, ObjectNode> epochs = new TreeMap<>();
        for (String text : events) {
            JsonNode event = JSON.readTree(text);
            if (event.path("event").asText().equals("epoch")) {
                ObjectNode figures = (ObjectNode) event;
                figures.remove(List.of(
                        "seconds", "samples_per_second", "phase_seconds", "own_seconds", "lost_seconds", "stragglers"));
                ObjectNode known = epochs.putIfAbsent(figures.path("epoch").asInt(), figures);
                assertThat(figures).as("ranks tell the same").isEqualTo(known == null ? figures : known);
            }
        }
        return epochs;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster.sync=gradient_sharing", "cluster.sync={parameter_averaging: {every: 4}}"})
    void theInterruptedEpochsFiguresAreThoseOfAnUndisturbedRun(String sync) throws IOException {
        JobConfig job = TestJobs.classifier(sync);
        SortedMap<Integer, ObjectNode> undisturbed =
                epochs(training(job, "undisturbed").run().events());
        assertThat(undisturbed).hasSize(5);
        assertThat(undisturbed.values()).allMatch(epoch -> epoch.has("accuracy") && epoch.has("val_loss"));
        // In the middle of the third epoch, after its last step, and after the very last step of the run.
        for (int step : new int[] {23, 30, 50}) {
            String name = "stopped-" + step;
            InProcessTraining.Result stopped =
                    training(job, name).stoppingAt(step).run();
            assertThat(stopped.outcome().status()).isEqualTo(Status.STOPPED);
            SortedMap<Integer, ObjectNode> told = epochs(stopped.events());
            told.putAll(epochs(training(job, name).run().events()));
            assertThat(told).as("stopped at step %d", step).isEqualTo(undisturbed);
        }
    }

    @Test
    void moreEpochsContinueACompletedRun() {
        JobConfig five = TestJobs.classifier();
        String whole = training(five, "whole").run().outcome().parametersSha256();
        training(TestJobs.classifier("training.epochs=2"), "grown").run();
        InProcessTraining.Result grown = training(five, "grown").run();
        assertThat(grown.outcome().parametersSha256()).isEqualTo(whole);
        assertThat(grown.events()).anyMatch(event -> event.contains("\"resume\"") && event.contains("\"step\":20"));
    }

    @Test
    void aCheckpointOfAnotherModelIsRefusedWithBothSizes() {
        training(TestJobs.classifier("training.epochs=1"), "other").run();
        assertRefused(
                TestJobs.classifier("model.layers.0.dense.units=17"),
                "checkpoint of step 10: parameters: expected 293 values, found 276",
                "--fresh");
    }

    @Test
    void aCheckpointOfAnotherOptimizerIsRefusedWithBothSizes() {
        training(TestJobs.classifier("training.epochs=1"), "other").run();
        assertRefused(
                TestJobs.classifier("training.optimizer=adam"),
                "checkpoint of step 10: optimizer: expected 552 values, found 0",
                "--fresh");
    }

    @Test
    void aCheckpointWithAnotherPositionFormatIsRefused() {
        JobConfig job = TestJobs.classifier();
        TreeMap<String, float[]> tensors = new TreeMap<>();
        tensors.put("parameters", new float[276]);
        tensors.put("optimizer", new float[0]);
        ObjectNode position = JSON.createObjectNode();
        position.putArray("header").add(3).add(0);
        try (CheckpointManager manager = new CheckpointManager(
                new LocalCheckpointStorage(directory.resolve("other")), job.checkpoint(), () -> 1L, "t", event -> {})) {
            manager.writeNow(new Checkpoint(3, position, tensors));
        }
        assertRefused(job, "checkpoint of step 3: state.json: expected 7 numbers in header, found 2", "--fresh");
    }

    private void assertRefused(JobConfig job, String... messages) {
        assertThatThrownBy(() -> training(job, "other").run())
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll(messages)
                .extracting(refused -> ((LockstepException) refused).exitCode())
                .isEqualTo(ExitCode.MODEL);
    }
}
