package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointFormat;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.checkpoint.Manifest;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.config.JobConfig;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every version of the format left is still read, to the bit. {@code format-N} was written by the version that wrote
 * N, with {@link #main}; nobody changes it afterwards.
 */
class EarlierFormatsTest {
    private static final long SEED = 161_803;
    private static final String STEP = "step-000000000025";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static JobConfig job() {
        return TestJobs.classifier(
                "training.optimizer={sgd: {learning_rate: 0.05, momentum: 0.9}}",
                "training.early_stopping={monitor: loss, patience: 9, restore_best: true}");
    }

    private static InProcessTraining training(Path checkpoints) {
        return new InProcessTraining(job(), TestJobs.data(SEED, 292, 61), 2, checkpoints);
    }

    private static Path folder(String name) {
        try {
            return Path.of(
                    EarlierFormatsTest.class.getResource("/checkpoints/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<String> checkpointFormats() {
        return Stream.iterate(1, version -> version <= CheckpointFormat.FORMAT_VERSION, version -> version + 1)
                .map(version -> "format-" + version);
    }

    private static Stream<String> modelFormats() {
        return Stream.iterate(1, version -> version <= ModelArchive.FORMAT_VERSION, version -> version + 1)
                .map(version -> "model-format-" + version);
    }

    @ParameterizedTest
    @MethodSource("checkpointFormats")
    void everyCheckpointFormatIsReadToTheBit(String name) throws IOException {
        Path folder = folder(name);
        CheckpointFormat format = new CheckpointFormat(new LocalCheckpointStorage(folder));
        Manifest manifest = format.verify(STEP);
        Checkpoint checkpoint = format.read(STEP);

        assertThat(name).endsWith("-" + manifest.formatVersion());
        assertThat(manifest.runId()).isEqualTo("test");
        assertThat(manifest.fencingNumber()).isEqualTo(1);
        assertThat(manifest.files().keySet())
                .contains("optimizer.f32", "parameters.f32", "state.json")
                .hasSize(4);
        assertThat(checkpoint.state().path("epoch").asInt()).isEqualTo(2);
        assertThat(checkpoint.state().path("step_in_epoch").asInt()).isEqualTo(5);
        assertThat(checkpoint.state().path("seed").asLong()).isEqualTo(7);
        assertThat(checkpoint.state().path("header")).hasSize(7);
        List<String> expected = Files.readAllLines(folder.resolve("expected.txt"), StandardCharsets.UTF_8);
        assertThat(values(checkpoint)).isEqualTo(expected);
    }

    /** A line a tensor: its name and the bits of its values. */
    private static List<String> values(Checkpoint checkpoint) {
        return checkpoint.tensors().entrySet().stream()
                .map(tensor -> {
                    StringBuilder line = new StringBuilder(tensor.getKey());
                    for (float value : tensor.getValue()) {
                        line.append(' ').append(Integer.toHexString(Float.floatToRawIntBits(value)));
                    }
                    return line.toString();
                })
                .toList();
    }

    @ParameterizedTest
    @MethodSource("checkpointFormats")
    void aRunGoesOnFromEveryCheckpointFormat(String name) throws IOException {
        Path from = folder(name).resolve(STEP);
        Path to = Files.createDirectories(directory.resolve(STEP));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        InProcessTraining.Result result = training(directory).run();
        assertThat(result.outcome().step()).isEqualTo(50);
        assertThat(result.events()).anyMatch(event -> event.contains("\"resume\"") && event.contains("\"step\":25"));
    }

    @ParameterizedTest
    @MethodSource("modelFormats")
    void everyModelFormatIsReadToTheBit(String name) throws IOException {
        ModelArchive archive = new ModelArchive(new LocalCheckpointStorage(folder(name)));
        assertThat(name).endsWith("-" + archive.verify().formatVersion());
        SavedModel model = archive.read();
        assertThat(model.step()).isEqualTo(1234);
        assertThat(model.description().path("classes").asInt()).isEqualTo(3);
        assertThat(model.parameters()).containsExactly(model());
    }

    private static float[] model() {
        return new float[] {1.5f, -0.0f, Float.MIN_VALUE, Float.MAX_VALUE, (float) Math.PI};
    }

    private static void write(CheckpointStorage storage) throws IOException {
        new ModelArchive(storage)
                .write(
                        new SavedModel(
                                1234, JsonNodeFactory.instance.objectNode().put("classes", 3), model()),
                        "test",
                        () -> 1);
    }

    /**
     * Writes the directories of the present version.
     *
     * @param arguments the folder {@code src/test/resources/checkpoints}
     */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        Path checkpoints = root.resolve("format-" + CheckpointFormat.FORMAT_VERSION);
        if (Files.exists(checkpoints)) {
            throw new IllegalStateException(checkpoints + " is there already and stays as it is");
        }
        training(checkpoints).stoppingAt(25).run();
        CheckpointFormat format = new CheckpointFormat(new LocalCheckpointStorage(checkpoints));
        Files.write(checkpoints.resolve("expected.txt"), values(format.read(STEP)), StandardCharsets.UTF_8);
        write(new LocalCheckpointStorage(root.resolve("model-format-" + ModelArchive.FORMAT_VERSION)));
    }
}
