package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.train.ParametersHash;
import dev.lockstep.spark.cli.LockstepCommand;
import dev.lockstep.spark.data.HadoopFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The mode dl4j_spark by the command line, on local[2], with Kryo's registrationRequired as everywhere. */
@Tag("spark")
@Timeout(180)
final class Dl4jSparkTrainingTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path directory;
    private final StringWriter errors = new StringWriter();

    Dl4jSparkTrainingTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Digits and two small layers; a global batch of 32 is 16 for each worker. */
    private Path job(String sync, String optimizer, int batchSize, int epochs) throws IOException {
        String text =
                """
                name: dl4j-spark-test
                seed: 5
                data:
                  format: digits
                  train_samples: 1000
                  test_samples: 300
                  scale: 255
                  validation: {split: 0.1}
                model:
                  layers:
                    - flatten
                    - dense: {units: 32, activation: relu, kernel_regularizer: {l2: 0.0001}}
                    - dense: {units: 10, activation: softmax}
                training:
                  loss: sparse_categorical_crossentropy
                  optimizer: %s
                  batch_size: %d
                  epochs: %d
                  metrics: [accuracy]
                cluster: {workers: 2, sync: %s}
                """
                        .formatted(optimizer, batchSize, epochs, sync);
        return Files.writeString(directory.resolve("job-" + Integer.toHexString(text.hashCode()) + ".yaml"), text);
    }

    private int lockstep(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        return LockstepCommand.execute(
                SparkRunCommands::new,
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(errors, true),
                all.toArray(String[]::new));
    }

    private String runDirectory(String name) {
        return directory.resolve(name).toString();
    }

    private JsonNode result(String name) throws IOException {
        return MAPPER.readTree(directory.resolve(name).resolve("result.json").toFile());
    }

    private List<JsonNode> events(String name, String kind) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(directory.resolve(name).resolve("metrics.jsonl"))) {
            JsonNode event = MAPPER.readTree(line);
            if (event.path("event").asText().equals(kind)) {
                events.add(event);
            }
        }
        return events;
    }

    @Test
    void trainsResumesAndLeavesAModel() throws IOException {
        String job = job("{dl4j_spark: {every: 5}}", "{adam: {learning_rate: 0.005}}", 32, 2)
                .toString();

        assertThat(lockstep("train", job, "--run-dir", runDirectory("run")))
                .as(errors.toString())
                .isZero();
        JsonNode twoEpochs = result("run");
        assertThat(twoEpochs.path("sync").asText()).isEqualTo("dl4j_spark");
        assertThat(twoEpochs.path("status").asText()).isEqualTo("completed");
        assertThat(twoEpochs.path("steps").asInt()).isEqualTo(2 * 29);
        assertThat(twoEpochs.path("test").path("samples").asInt()).isEqualTo(300);
        // Guessing gives about 0.1.
        assertThat(twoEpochs.path("test").path("accuracy").asDouble()).isGreaterThan(0.4);
        assertThat(twoEpochs.path("validation").path("accuracy").asDouble()).isGreaterThan(0.4);

        assertThat(lockstep("train", job, "--run-dir", runDirectory("run"), "--set", "training.epochs=3"))
                .as(errors.toString())
                .isZero();
        JsonNode threeEpochs = result("run");
        assertThat(threeEpochs.path("epochs").asInt()).isEqualTo(3);
        assertThat(threeEpochs.path("steps").asInt()).isEqualTo(3 * 29);
        assertThat(events("run", "epoch")).hasSize(3);
        assertThat(events("run", "resume")).hasSize(1);
        double before = events("run", "epoch").get(1).path("loss").asDouble();
        assertThat(events("run", "epoch").get(2).path("loss").asDouble())
                .as("mean training loss of the resumed epoch, after %f", before)
                .isLessThan(before);

        TrainedModel model = TrainedModel.load(runDirectory("run"), HadoopFiles.configuration(new SparkConf()));
        assertThat(ParametersHash.sha256(model.parameters()))
                .isEqualTo(threeEpochs.path("parameters_sha256").asText());
        assertThat(lockstep("evaluate", runDirectory("run")))
                .as(errors.toString())
                .isZero();
    }

    @Test
    void refusesWhatDl4jCannotExpress() throws IOException {
        String job = job("dl4j_spark", "{sgd: {learning_rate: 0.1, momentum: 0.9}}", 33, 1)
                .toString();

        assertThat(lockstep(
                        "train",
                        job,
                        "--run-dir",
                        runDirectory("refused"),
                        "--set",
                        "training.clip_norm=1",
                        "--set",
                        "training.learning_rate_schedule={step_decay: {every: 100}}",
                        "--set",
                        "training.class_weights=balanced",
                        "--set",
                        "training.augmentation={random_flip: {mode: horizontal}}",
                        "--set",
                        "training.early_stopping={monitor: loss}",
                        "--ledger",
                        "--set",
                        "training.on_divergence=skip",
                        "--set",
                        "checkpoint.best={monitor: loss}"))
                .isEqualTo(ExitCode.USAGE.number());
        assertThat(errors.toString())
                .contains("training.optimizer.sgd", "nesterov: true")
                .contains("training.clip_norm", "training.learning_rate_schedule", "leave it out")
                .contains("training.class_weights", "training.augmentation")
                .contains(
                        "training.early_stopping",
                        "checkpoint.best",
                        "training.on_divergence",
                        "ledger: it does not tell")
                .contains("training.batch_size", "33 does not divide by 2 workers", "32 or 34");
        assertThat(result("refused").path("status").asText()).isEqualTo("failed");
        assertThat(directory.resolve("refused").resolve("model")).doesNotExist();
    }

    /**
     * Plain SGD is linear in the gradient: the average of two workers' parameters after one local step each is one step
     * with the average gradient. With one global batch an epoch DL4J's own shuffling cannot matter either, so both modes
     * compute the same up to the order of float additions and DL4J's own softmax: 1e-5 after 3 steps, where the steps
     * themselves moved some parameter by more than 0.01.
     */
    @Test
    void oneLocalStepOfPlainSgdIsGradientSharing() throws IOException {
        float[] shared = parametersAfter("gradient_sharing");
        float[] averaged = parametersAfter("{dl4j_spark: {every: 1}}");

        assertThat(averaged).containsExactly(shared, within(1e-5f));
    }

    private float[] parametersAfter(String sync) throws IOException {
        String name = "full-batch-" + sync.hashCode();
        Path job = job(sync, "{sgd: {learning_rate: 0.2}}", 900, 3);
        assertThat(lockstep("train", job.toString(), "--run-dir", runDirectory(name)))
                .as(errors.toString())
                .isZero();
        TrainedModel model = TrainedModel.load(runDirectory(name), HadoopFiles.configuration(new SparkConf()));
        float[] initial = model.network().initialParameters(model.job().seed());
        double moved = 0;
        for (int i = 0; i < initial.length; i++) {
            moved = Math.max(moved, Math.abs(model.parameters()[i] - initial[i]));
        }
        assertThat(moved).as("the largest move of a parameter").isGreaterThan(0.01);
        return model.parameters();
    }
}
