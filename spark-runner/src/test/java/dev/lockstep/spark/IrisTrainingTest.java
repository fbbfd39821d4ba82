package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.error.LockstepException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example with words as labels and preprocessing, from training to predictions for rows without labels. */
@Tag("spark")
class IrisTrainingTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static Path iris() {
        String data = System.getenv("LOCKSTEP_DATA");
        boolean present = data != null && Files.exists(Path.of(data, "iris", "iris.csv"));
        if (!present) {
            System.out.println("Skipped: LOCKSTEP_DATA names no folder with iris/iris.csv");
        }
        assumeTrue(present);
        return Path.of(data, "iris", "iris.csv");
    }

    @Test
    void theIrisExampleTellsTheFlowersApartAndTakesItsPreprocessingAlong() throws IOException {
        Path table = iris();
        Path example = Path.of(System.getProperty("lockstep.root"), "examples", "iris.yaml");
        Path run = folder.resolve("run");
        assertThat(TestRuns.train(example, run)).isZero();
        assertThat(TestRuns.result(run).path("validation").path("accuracy").asDouble())
                .isGreaterThanOrEqualTo(0.9);
        JsonNode model = new ObjectMapper().readTree(Files.readString(run.resolve("model/model.json")));
        assertThat(model.path("class_names").toString()).isEqualTo("[\"setosa\",\"versicolor\",\"virginica\"]");
        assertThat(model.findPath("steps").get(0).path("step").asText()).isEqualTo("standardise");

        assertThat(accuracy(run, table)).isGreaterThan(0.94);
        List<String> predictions = predict(run, withoutLabels(table));
        assertThat(predictions.get(0)).startsWith("sample,prediction,predicted_class,output_0");
        assertThat(predictions).hasSize(151);
        assertThat(predictions.get(1)).startsWith("0,0.0,setosa,");
        assertThat(predictions.get(150)).startsWith("149,2.0,virginica,");
        assertUnknownNamesAreTold(run);
    }

    /** Evaluates on other rows; all of the table, so also those that were trained with. */
    private static double accuracy(Path run, Path table) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        new ModelUse(run.toString(), List.of("data.test=" + table), "local[2]", null)
                .evaluate(new PrintStream(printed, true, StandardCharsets.UTF_8));
        String text = printed.toString(StandardCharsets.UTF_8);
        assertThat(text).contains("virginica", "Confusion matrix");
        return Double.parseDouble(text.replaceAll("(?s).*  accuracy ([0-9.]+).*", "$1"));
    }

    private Path withoutLabels(Path table) throws IOException {
        List<String> lines = Files.readAllLines(table).stream()
                .map(line -> line.substring(0, line.lastIndexOf(',')))
                .toList();
        return Files.write(folder.resolve("unlabelled.csv"), lines);
    }

    private List<String> predict(Path run, Path table) throws IOException {
        Path target = folder.resolve("predictions.csv");
        new ModelUse(run.toString(), List.of("data.test=" + table), "local[2]", null)
                .predict(target.toString(), System.out);
        Stream.Builder<String> lines = Stream.builder();
        try (Stream<Path> files = Files.list(target)) {
            for (Path file : files.filter(name -> name.toString().endsWith(".csv"))
                    .sorted()
                    .toList()) {
                Files.readAllLines(file).forEach(lines::add);
            }
        }
        return lines.build().distinct().toList();
    }

    private void assertUnknownNamesAreTold(Path run) throws IOException {
        Path other = Files.writeString(
                folder.resolve("other.csv"),
                "sepal_length,sepal_width,petal_length,petal_width,species\n5,3,1,0.2,setosa\n5,3,1,0.2,rose\n");
        ModelUse use = new ModelUse(run.toString(), List.of("data.test=" + other), "local[2]", null);
        LockstepException refused = catchThrowableOfType(LockstepException.class, () -> use.evaluate(System.out));
        assertThat(refused)
                .hasMessageContaining(
                        "other.csv line 3: column \"species\": \"rose\" is none of the classes setosa, versicolor,"
                                + " virginica");
    }
}
