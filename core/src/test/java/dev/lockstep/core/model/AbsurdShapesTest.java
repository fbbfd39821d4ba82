package dev.lockstep.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.plan.DataSize;
import dev.lockstep.core.plan.WorkerMemoryEstimate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shapes that no machine has memory for end in a sentence, never in an overflow or an allocation. */
class AbsurdShapesTest {
    private static final Shape IMAGE = Shape.of(28, 28);

    private static JobConfig job(String... overrides) {
        return JobFile.read(
                """
                name: absurd
                data: {format: digits}
                model: {layers: [flatten, {dense: {units: 10, activation: softmax}}]}
                training: {loss: sparse_categorical_crossentropy}
                """,
                "absurd.yaml",
                List.of(overrides),
                Map.of());
    }

    private static NetworkPlan plan(JobConfig job, Shape input) {
        return NetworkPlan.of(job.model(), input, job.training().loss());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[flatten, {dense: {units: 2000000000}}] | its kernel of shape (784, 2000000000) has"
                        + " 1,568,000,000,000 values",
                "[flatten, {dense: {units: 2000000}}, {dense: {units: 1000}}] | which makes 3,570,000,000 parameters so far",
                "[{conv2d: {filters: 2147483647, kernel_size: 28, padding: same}}, flatten] | layer \"conv2d\": what it"
                        + " makes of a sample of shape (28, 28, 2147483647)",
                "[{conv2d: {filters: 100, kernel_size: 2147483647, padding: same}}, flatten] | layer \"conv2d\": on an"
                        + " input of shape (28, 28)",
                "[{reshape: {target_shape: [2147483647, 2147483647, 2147483647]}}] | layer \"reshape\"",
            })
    void aNetworkBeyondAnArrayIsRefusedWithItsLayer(String layers, String message) {
        JobConfig job = job("model.layers=" + layers, "training.loss=mse");
        assertThatThrownBy(() -> plan(job, IMAGE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void imagesOfAMillionByAMillionAreRefused() {
        JobConfig job = job("model.layers=[{conv2d: {filters: 8, kernel_size: 3}}, flatten]", "training.loss=mse");
        assertThatThrownBy(() -> plan(job, Shape.of(1_000_000, 1_000_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a sample of shape (1000000, 1000000) has 1,000,000,000,000 values, expected at most"
                        + " 2,147,482,623, which is what an array holds; lower the sizes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "training.batch_size=2147483647 | 1 | 2,147,483,647 lets a worker compute 2,147,483,647 samples at once",
                "training.batch_size=2147483647 | 3 | compute 715,827,883 samples at once, which at the data with 784"
                        + " bytes each is too many, expected at most 2,739,135 samples",
                "model.layers=[flatten,{dense: {units: 50000, activation: softmax}}] | 1 | 50,000 classes have a"
                        + " confusion matrix of 2,500,000,000 values",
            })
    void aJobBeyondAnArrayIsRefusedWithItsSetting(String override, int workers, String message) {
        assertRefused(job(override), workers, message);
    }

    @Test
    void stateBeyondAnArrayIsRefused() {
        String units = "model.layers=[flatten, {dense: {units: 1000000}}]";
        assertRefused(
                job(units, "training.loss=mse", "cluster.sync=parameter_averaging"),
                1,
                "785,000,000 parameters with 2 values of state each are 2,355,000,000 together, which"
                        + " parameter_averaging exchanges");
    }

    private static void assertRefused(JobConfig job, int workers, String message) {
        NetworkPlan plan = plan(job, IMAGE);
        assertThatThrownBy(() -> WorkerMemoryEstimate.of(plan, job, new DataSize(60_000, 0, 1), workers, 1_000_000))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContaining(message);
    }
}
