package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.cli.TrainRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A completed run of the train command in this JVM, and what it left.
 *
 * @param directory the run directory, local
 * @param result result.json
 */
public record TrainedRun(Path directory, JsonNode result) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Trains a job to its end.
     *
     * @param example file name in the examples folder
     * @param master Spark master
     * @param overrides {@code key=value}
     */
    public static TrainedRun ofExample(String example, Path directory, String master, String... overrides)
            throws IOException {
        Path job = Path.of(
                Objects.requireNonNull(System.getProperty("lockstep.root"), "lockstep.root"), "examples", example);
        int exitCode = new SparkRunCommands()
                .train(new TrainRequest(
                        job.toString(),
                        directory.toString(),
                        master,
                        null,
                        ResumePolicy.NEVER,
                        false,
                        List.of(overrides),
                        false));
        assertThat(exitCode).isZero();
        return at(directory);
    }

    /** What a run left, whoever ran it. */
    public static TrainedRun at(Path directory) throws IOException {
        return new TrainedRun(
                directory, JSON.readTree(directory.resolve("result.json").toFile()));
    }

    /** Share of the test samples that are predicted right. */
    public double testAccuracy() {
        return result.path("test").path("accuracy").asDouble();
    }

    /** Names the final parameters. */
    public String parametersSha256() {
        return result.path("parameters_sha256").asText();
    }

    /** Requires the same bits of the final parameters, and the same figures told on the way. */
    public void assertSameBitsAs(TrainedRun other) throws IOException {
        assertThat(parametersSha256()).hasSize(64).isEqualTo(other.parametersSha256());
        assertThat(epochFigures()).isNotEmpty().isEqualTo(other.epochFigures());
        assertThat(result.path("test")).isEqualTo(other.result.path("test"));
    }

    private List<String> epochFigures() throws IOException {
        return Files.readAllLines(directory.resolve("metrics.jsonl")).stream()
                .map(TrainedRun::parse)
                .filter(event -> event.path("event").asText().equals("epoch"))
                .map(event -> event.path("epoch") + ": loss " + event.path("loss") + ", accuracy "
                        + event.path("accuracy") + ", val_loss " + event.path("val_loss") + ", val_accuracy "
                        + event.path("val_accuracy"))
                .toList();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
