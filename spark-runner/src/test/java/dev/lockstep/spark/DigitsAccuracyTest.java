package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded example from job file to test figures, on Spark with two workers. Needs nothing, so never skips. */
@Tag("spark")
class DigitsAccuracyTest {
    private static final String MASTER = "local[2]";
    private static final String LINEAR = "model.layers=[flatten, {dense: {units: 10, activation: softmax}}]";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /**
     * Hard enough that it takes more than a linear model; that the example's network passes 0.97 is tested by the
     * README's own command.
     */
    @Test
    void aLinearModelStaysBelowTheExamplesNetwork() throws IOException {
        TrainedRun linear = TrainedRun.ofExample("digits.yaml", directory.resolve("linear"), MASTER, LINEAR);
        System.out.printf(Locale.ROOT, "Digits, test accuracy: a linear model %.4f%n", linear.testAccuracy());
        // Far above guessing: it has learned what it can.
        assertThat(linear.testAccuracy()).isBetween(0.5, 0.93);
        assertThat(linear.result().path("parameters").asInt()).isEqualTo(7_850);
    }

    @Test
    void freshDirectoriesGiveTheSameBits() throws IOException {
        String[] oneEpoch = {LINEAR, "training.epochs=1", "data.train_samples=3000", "data.test_samples=500"};
        TrainedRun first = TrainedRun.ofExample("digits.yaml", directory.resolve("first"), MASTER, oneEpoch);
        TrainedRun second = TrainedRun.ofExample("digits.yaml", directory.resolve("second"), MASTER, oneEpoch);
        first.assertSameBitsAs(second);
    }
}
