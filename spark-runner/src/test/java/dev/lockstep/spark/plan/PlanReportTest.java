package dev.lockstep.spark.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.plan.NetworkSpeed;
import dev.lockstep.spark.SparkRunCommands;
import dev.lockstep.spark.cli.PlanRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command on real probes; what it predicts depends on the machine and is not asserted, its arithmetic is. */
@Tag("process")
class PlanReportTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private String plan(String data, String network, boolean json, String... overrides) throws IOException {
        Path job = Files.writeString(
                directory.resolve("job.yaml"),
                """
                name: tiny
                data: %s
                model:
                  layers:
                    - flatten
                    - dense: {units: 8, activation: relu}
                    - batch_normalization
                    - dense: {units: 3, activation: softmax}
                training: {loss: sparse_categorical_crossentropy, optimizer: adam, batch_size: 30}
                """
                        .formatted(data));
        return new SparkRunCommands()
                .plan(new PlanRequest(
                        job.toString(),
                        List.of(1, 2, 4),
                        NetworkSpeed.parse(network),
                        null,
                        List.of(overrides),
                        json,
                        false));
    }

    private String csv() throws IOException {
        StringBuilder rows = new StringBuilder("a,b,label\n");
        for (int i = 0; i < 100; i++) {
            rows.append(i).append(",1,").append(i % 3).append('\n');
        }
        Path file = Files.writeString(directory.resolve("rows.csv"), rows);
        return "{format: csv, train: " + file + ", label: label, validation: {split: 0.1}}";
    }

    @Test
    void aTableAndASentence() throws IOException {
        String text = plan("{format: digits, train_samples: 600}", "10mbit,50ms", false);

        assertThat(text).startsWith("tiny: 600 samples, batch 30,").contains("network 10mbit,50ms, 50.0 ms one way");
        assertThat(text.lines().map(String::strip))
                .anyMatch(line -> line.matches("workers +slice +compute ms +update ms +merge ms +step ms +samples/s"
                        + " +efficiency +s/epoch +best sync"))
                .anyMatch(line -> line.matches("1 +30 .* 0\\.000 .* 100\\.0 % .*gradient_sharing"))
                .anyMatch(line -> line.startsWith("2 ") && line.endsWith("parameter_averaging"))
                .anyMatch(line -> line.startsWith("gradient_sharing: Spark will not pay: 2 workers take "));
    }

    @Test
    void theSameAsJsonOnRowsOfACsvFile() throws IOException {
        JsonNode json = new ObjectMapper().readTree(plan(csv(), "100mbit,5ms", true));

        assertThat(json.path("samples").asInt()).isEqualTo(90);
        assertThat(json.path("parameters").asInt()).isEqualTo(2 * 8 + 8 + 4 * 8 + 8 * 3 + 3);
        assertThat(json.at("/network/latency_seconds").asDouble()).isEqualTo(5e-3);
        assertThat(json.path("predictions")).hasSize(3).allSatisfy(row -> {
            int workers = row.path("workers").asInt();
            assertThat(row.path("slice_samples").asInt()).isEqualTo((30 + workers - 1) / workers);
            double step = row.path("step_seconds").asDouble();
            assertThat(row.path("compute_seconds").asDouble()
                            + row.path("update_seconds").asDouble()
                            + row.path("merge_seconds").asDouble())
                    .isEqualTo(step);
            assertThat(row.path("samples_per_second").asDouble()).isEqualTo(30 / step);
            // The gradient's latency, and three of the normalised layer.
            assertThat(row.path("merge_seconds").asDouble()).isGreaterThanOrEqualTo(workers == 1 ? 0 : 4 * 5e-3);
        });
        assertThat(json.at("/most_workers_that_pay/gradient_sharing").asInt()).isEqualTo(1);
    }

    @Test
    void aModelThatDoesNotFitTheSamplesIsAUsageError() {
        assertThatThrownBy(() ->
                        plan("{format: digits}", "loopback", false, "model.layers.0={max_pooling2d: {pool_size: 40}}"))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("model: ");
    }
}
