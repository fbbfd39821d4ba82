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

    /** Hard enough that it takes more than a linear model, easy enough that the example shows something. */
    @Test
    void theNetworkPassesWhereALinearModelDoesNot() throws IOException {
        TrainedRun network = TrainedRun.ofExample("digits.yaml", directory.resolve("network"), MASTER);
        TrainedRun linear = TrainedRun.ofExample("digits.yaml", directory.resolve("linear"), MASTER, LINEAR);
        System.out.printf(
                Locale.ROOT,
                "Digits, test accuracy: the example's network %.4f, a linear model %.4f%n",
                network.testAccuracy(),
                linear.testAccuracy());
        assertThat(network.testAccuracy()).isGreaterThan(0.97);
        // Far above guessing: it has learned what it can.
        assertThat(linear.testAccuracy()).isBetween(0.5, 0.93);
        assertThat(network.result().path("status").asText()).isEqualTo("completed");
        assertThat(network.result().path("workers").asInt()).isEqualTo(2);
        // 18,000 training images, 128 a step, the last batch short; ten epochs.
        assertThat(network.result().path("steps").asInt()).isEqualTo(1410);
        assertThat(network.result().path("parameters").asInt()).isEqualTo(109_386);
        assertThat(linear.result().path("parameters").asInt()).isEqualTo(7_850);
    }

    @Test
    void freshDirectoriesGiveTheSameBits() throws IOException {
        String[] oneEpoch = {LINEAR, "training.epochs=1"};
        TrainedRun first = TrainedRun.ofExample("digits.yaml", directory.resolve("first"), MASTER, oneEpoch);
        TrainedRun second = TrainedRun.ofExample("digits.yaml", directory.resolve("second"), MASTER, oneEpoch);
        first.assertSameBitsAs(second);
    }
}
