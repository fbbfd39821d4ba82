package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.launch.ChildProcess;
import dev.lockstep.spark.launch.SparkSubmitRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training by plain spark-submit: Spark's own jars on the class path, the assembly as the application. */
@Tag("spark")
class SubmittedTrainingIT {
    private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
    private static final Duration DEADLINE = Duration.ofMinutes(4);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void trainsEvaluatesAndDescribesFromTheAssembly() throws Exception {
        SparkSubmitRunner submitter = new SparkSubmitRunner();
        String run = directory.resolve("run").toString();

        ChildProcess.Result trained = submitter.submit(
                directory,
                "local[2]",
                DEADLINE,
                "train",
                "--debug",
                ROOT.resolve("examples/digits.yaml").toString(),
                "--run-dir",
                run,
                "--set",
                "data.train_samples=3000",
                "--set",
                "data.test_samples=500",
                "--set",
                "training.epochs=3");

        assertThat(trained.exitCode()).as(trained.errors()).isZero();
        assertThat(trained.output())
                .containsPattern("Epoch 3/3 .* val_accuracy")
                .contains("Run directory: " + run);
        JsonNode result = new ObjectMapper().readTree(Files.readString(directory.resolve("run/result.json")));
        assertThat(result.path("status").asText()).isEqualTo("completed");
        assertThat(result.path("workers").asInt()).isEqualTo(2);
        assertThat(result.path("master").asText()).isEqualTo("local[2]");

        ChildProcess.Result evaluated = submitter.submit(directory, "local[2]", DEADLINE, "evaluate", run);
        assertThat(evaluated.exitCode()).as(evaluated.errors()).isZero();
        assertThat(evaluated.output())
                .contains(String.format(
                        Locale.ROOT,
                        "accuracy %.4f",
                        result.path("test").path("accuracy").asDouble()))
                .contains("guessing")
                .contains("Confusion matrix");
    }
}
