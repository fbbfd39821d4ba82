package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.ExportRequest;
import dev.lockstep.spark.cli.ImportRequest;
import dev.lockstep.spark.cli.InspectRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trained model to a DL4J zip and back into a directory that evaluate, inspect and initial_weights take. */
@Tag("spark")
class ModelInterchangeTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path own;

    @SuppressWarnings("NullAway.Init")
    private static Path jobFile;

    @SuppressWarnings("NullAway.Init")
    private static Path run;

    @BeforeAll
    static void trainOnce() throws IOException {
        jobFile = Files.writeString(folder.resolve("job.yaml"), TestSpark.digitsYaml());
        run = folder.resolve("run");
        assertThat(TestRuns.train(jobFile, run)).isZero();
    }

    private static String take(Path file, Path output, @Nullable String data) {
        return new SparkRunCommands()
                .importModel(new ImportRequest(file.toString(), output.toString(), "28,28", data, false));
    }

    private Path exported() {
        Path zip = own.resolve("digits.zip");
        assertThat(new SparkRunCommands().exportModel(new ExportRequest(run.toString(), zip.toString(), false)))
                .contains("Wrote", "digits.zip", "note: the job's data.scale is not in the file: divide every value");
        return zip;
    }

    @Test
    void aModelThatWasWrittenAndReadIsTheSameModel() throws IOException {
        Path model = own.resolve("model");
        String sha256 = TestRuns.result(run).path("parameters_sha256").asText();
        assertThat(take(exported(), model, jobFile.toString()))
                .contains("Took", "Total params: 7,850", sha256)
                .doesNotContain("names no data");
        assertThat(new SparkRunCommands().inspect(new InspectRequest(model.toString(), false)))
                .contains("Model of job \"digits\"", sha256);
        try (JavaSparkContext spark = TestSpark.start("local[2]")) {
            // DL4J knows labels as vectors alone, and of those there is a mean absolute error too.
            ObjectNode figures = new ModelUse(model.toString(), List.of(), null, null).figures(spark);
            figures.remove("mae");
            ((ObjectNode) figures.path("baseline")).remove("mae");
            assertThat(figures.toString())
                    .isEqualTo(TestRuns.result(run).path("test").toString());
        }
        Path tuned = own.resolve("tuned");
        assertThat(TestRuns.train(
                        jobFile,
                        tuned,
                        "model.initial_weights=" + model,
                        "training.optimizer={sgd: {learning_rate: 1.0e-30}}",
                        "training.epochs=1"))
                .isZero();
        assertThat(TestRuns.result(tuned).path("parameters_sha256").asText()).isEqualTo(sha256);
        assertThatThrownBy(() -> take(exported(), model, null))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("model holds a model already");
    }

    @Test
    void whatIsNoModelIsNamed() throws IOException {
        Path text = Files.writeString(own.resolve("model.txt"), "hello");
        assertThatThrownBy(() -> take(text, own.resolve("model"), null))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.MODEL))
                .hasMessageContainingAll("model.txt", "neither a zip", "nor an .h5");
        assertThatThrownBy(() -> take(own.resolve("gone.h5"), own.resolve("model"), null))
                .hasMessageContaining("not found");
    }
}
