package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.spark.data.HadoopFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on from a saved model, with a new head and frozen layers. */
@Tag("spark")
class FineTuningTest {
    private static final String YAML =
            """
            name: base
            seed: 7
            data: {format: digits, train_samples: 600, test_samples: 200, scale: 255}
            model:
              layers:
                - flatten
                - dense: {units: 24, activation: relu, name: features}
                - dense: {units: 10, activation: softmax, name: head}
            training:
              loss: sparse_categorical_crossentropy
              optimizer: adam
              batch_size: 60
              epochs: 2
              metrics: [accuracy]
            cluster: {workers: 2}
            checkpoint: {every: 5 steps}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path own;

    @BeforeAll
    static void trainOnce() throws IOException {
        Files.writeString(folder.resolve("job.yaml"), YAML);
        assertThat(train(folder.resolve("base"))).isZero();
    }

    private static int train(Path run, String... overrides) {
        return TestRuns.train(folder.resolve("job.yaml"), run, overrides);
    }

    private static String from(Path model) {
        return "model.initial_weights=" + model;
    }

    private static TrainedModel model(Path run) {
        return TrainedModel.load(run.toString(), HadoopFiles.configuration());
    }

    private static float[] of(TrainedModel model, String layer) {
        NetworkPlan network = model.network();
        ParameterBlock[] blocks = network.blocks().stream()
                .filter(block -> block.layer().equals(layer))
                .toArray(ParameterBlock[]::new);
        return Arrays.copyOfRange(model.parameters(), blocks[0].offset(), blocks[blocks.length - 1].end());
    }

    @Test
    void aNewHeadIsTrainedOnFrozenFeatures() throws IOException {
        Path base = folder.resolve("base");
        Path run = own.resolve("run");
        assertThat(train(
                        run,
                        from(base),
                        "model.initial_layers=[features]",
                        "model.frozen=[features]",
                        "model.layers.2.dense.name=new_head",
                        "training.epochs=1"))
                .isZero();
        TrainedModel tuned = model(run);
        assertThat(of(tuned, "features")).isEqualTo(of(model(base), "features"));
        assertThat(of(tuned, "new_head")).isNotEqualTo(of(model(base), "head"));
        JsonNode identity = new ObjectMapper().readTree(Files.readString(run.resolve("run.json")));
        assertThat(identity.path("initial_weights").path("parameters_sha256").asText())
                .isEqualTo(TestRuns.result(base).path("parameters_sha256").asText());
        assertThat(RunInspection.of(run.toString(), HadoopFiles.configuration()))
                .contains("Trainable params: 250 ", "Non-trainable params: 18,840 ");
        assertThat(model(run).replica(1, 1).plan().trainableCount()).isEqualTo(250);
    }

    @Test
    void theSourceMayBeGoneWhenTheRunIsContinued() throws IOException {
        Path base = TestRuns.copy(folder.resolve("base"), own.resolve("base"));
        Path run = own.resolve("run");
        assertThat(train(run, from(base), "training.epochs=1")).isZero();
        Files.move(base, own.resolve("gone"));
        assertThat(train(run, from(base), "training.epochs=2")).isZero();
        assertThat(TestRuns.result(run).path("epochs").asInt()).isEqualTo(2);
        assertThatThrownBy(() -> train(run, "training.epochs=3"))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("model.initial_weights: was");
    }

    @Test
    void theFirstStepBeginsWhereTheSavedModelEnded() throws IOException {
        Path run = own.resolve("run");
        assertThat(train(
                        run,
                        from(folder.resolve("base/model")),
                        "training.optimizer={sgd: {learning_rate: 1.0e-30}}",
                        "training.epochs=1"))
                .isZero();
        assertThat(TestRuns.result(run).path("parameters_sha256"))
                .isEqualTo(TestRuns.result(folder.resolve("base")).path("parameters_sha256"));
    }

    @Test
    void anotherArchitectureIsListedBeforeAnythingIsTrained() {
        assertThatThrownBy(
                        () -> train(own.resolve("run"), from(folder.resolve("base")), "model.layers.1.dense.units=12"))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.MODEL))
                .hasMessageContainingAll(
                        "layer 1 \"features\": saved 784x24, model 784x12",
                        "layer 2 \"head\": saved 24x10, model 12x10");
    }

    @Test
    void aMissingModelIsNamed() {
        assertThatThrownBy(() -> train(own.resolve("run"), from(own.resolve("nothing"))))
                .hasMessageContainingAll("no model in", "nothing");
    }

    @Test
    void dl4jSparkBeginsWithTheSavedModelAndRefusesFrozenLayers() throws IOException {
        String mode = "cluster.sync={dl4j_spark: {every: 5}}";
        Path run = own.resolve("run");
        assertThat(train(
                        run,
                        mode,
                        from(folder.resolve("base")),
                        "training.optimizer={sgd: {learning_rate: 1.0e-30}}",
                        "training.epochs=1"))
                .isZero();
        assertThat(TestRuns.result(run).path("parameters_sha256"))
                .isEqualTo(TestRuns.result(folder.resolve("base")).path("parameters_sha256"));
        assertThatThrownBy(() -> train(own.resolve("other"), mode, "model.frozen=[features]"))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("model.frozen");
    }
}
