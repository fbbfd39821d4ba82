package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example on a published table, as people run it; where LOCKSTEP_DATA names a folder that has it. */
@Tag("spark")
class PublishedTableTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void theDiabetesExampleBeatsTheMeanPredictor() throws IOException {
        String data = System.getenv("LOCKSTEP_DATA");
        boolean present = data != null && Files.exists(Path.of(data, "diabetes", "diabetes.csv"));
        if (!present) {
            System.out.println("Skipped: LOCKSTEP_DATA names no folder with diabetes/diabetes.csv");
        }
        assumeTrue(present);
        Path example = Path.of(System.getProperty("lockstep.root"), "examples", "diabetes.yaml");
        assertThat(TestRuns.train(example, folder.resolve("run"), "checkpoint.every=50 epochs"))
                .isZero();
        JsonNode result = TestRuns.result(folder.resolve("run"));
        // The variance of the target over all patients: the square error of always predicting the mean.
        double variance = variance(Path.of(data, "diabetes", "diabetes.csv"));
        assertThat(result.path("validation").path("loss").asDouble())
                .isPositive()
                .isLessThan(0.75 * variance);
    }

    private static double variance(Path csv) throws IOException {
        double[] targets = Files.readAllLines(csv).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(',') + 1)))
                .toArray();
        double mean = Arrays.stream(targets).average().orElseThrow();
        return Arrays.stream(targets)
                .map(target -> (target - mean) * (target - mean))
                .average()
                .orElseThrow();
    }
}
