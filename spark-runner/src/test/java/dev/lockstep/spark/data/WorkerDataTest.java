package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.PackedHeader;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Labels and features that do not fit the network are told before anything is trained. */
class WorkerDataTest {
    private static final String SPARSE = "sparse_categorical_crossentropy";

    private static JobConfig job(String loss, int units, String activation) {
        return JobFile.read(
                """
                name: labels
                data: {format: csv, train: in.csv, label: y}
                model: {layers: [{dense: {units: %d, activation: %s}}]}
                training: {loss: %s, optimizer: sgd, batch_size: 4, epochs: 1}
                """
                        .formatted(units, activation, loss),
                "job.yaml",
                List.of(),
                Map.of());
    }

    /** Samples with four features; counts of null are real-valued labels. */
    private static PackedManifest samples(@Nullable List<Long> counts) {
        int total = counts == null
                ? 10
                : (int) counts.stream().mapToLong(Long::longValue).sum();
        ElementType labels = counts == null ? ElementType.F32 : ElementType.I32;
        return PackedManifest.of(
                new PackedHeader(0, total, Shape.of(4), ElementType.F32, 1, labels),
                counts,
                "test",
                List.of(new PackedPart("part-00000.packed", 0, total, 1000, "0".repeat(64))));
    }

    private static void assertRefused(ExitCode code, ThrowingCallable action, String message) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(code))
                .hasMessageContaining(message);
    }

    @Test
    void labelsThatFitAreTaken() {
        assertThat(WorkerData.network(job(SPARSE, 3, "softmax"), samples(List.of(2L, 0L, 3L)))
                        .parameterCount())
                .isEqualTo(15);
        WorkerData.network(job("binary_crossentropy", 1, "sigmoid"), samples(List.of(2L, 3L)));
        WorkerData.network(job("categorical_crossentropy", 2, "softmax"), samples(List.of(2L, 3L)));
        // Whole-numbered targets of a regression are quantities, even if they are all the same.
        WorkerData.network(job("mse", 1, "linear"), samples(List.of(0L, 0L, 0L, 7L)));
        WorkerData.network(job("mse", 1, "linear"), samples(null));
    }

    @Test
    void labelsOutOfRangeAreToldWithAHint() {
        assertRefused(
                ExitCode.DATA,
                () -> WorkerData.network(job(SPARSE, 3, "softmax"), samples(List.of(0L, 2L, 2L, 5L))),
                "training labels: label 3 (5 samples have labels beyond 2); 3 classes need labels 0..2; the labels look"
                        + " 1-based: subtract 1 from every label (data.label_offset: 1)");
        assertRefused(
                ExitCode.DATA,
                () -> WorkerData.network(job(SPARSE, 3, "softmax"), samples(List.of(1L, 2L, 2L, 5L, 1L))),
                "label 4 (6 samples have labels beyond 2); 3 classes need labels 0..2; give the last layer 5 units");
        assertRefused(
                ExitCode.DATA,
                () -> WorkerData.network(job("binary_crossentropy", 1, "sigmoid"), samples(List.of(0L, 2L, 2L))),
                "2 classes need labels 0..1; the labels look 1-based");
        assertRefused(
                ExitCode.DATA,
                () -> WorkerData.network(job(SPARSE, 3, "softmax"), samples(List.of(0L, 4L))),
                "training labels: labels contain a single class (1); a classifier needs at least 2");
    }

    @Test
    void labelsOfTheWrongKindAreTold() {
        assertRefused(
                ExitCode.USAGE,
                () -> WorkerData.network(job(SPARSE, 3, "softmax"), samples(null)),
                "the loss needs class labels 0, 1, 2 ...; the data has real-valued ones");
        assertRefused(
                ExitCode.USAGE,
                () -> WorkerData.network(job("mse", 3, "linear"), samples(null)),
                "the last layer has 3 outputs, a label has 1 value; they must be the same");
    }

    @Test
    void testSamplesMayBeOfOneClassButNotOfAnUnknownOne() {
        var network = WorkerData.network(job(SPARSE, 3, "softmax"), samples(List.of(1L, 1L, 1L)));
        WorkerData.requireTest(network, samples(List.of(0L, 4L)));
        assertRefused(
                ExitCode.DATA,
                () -> WorkerData.requireTest(network, samples(List.of(1L, 1L, 1L, 1L))),
                "test labels: label 3 (1 sample has a label beyond 2)");
        assertRefused(ExitCode.DATA, () -> WorkerData.requireTest(network, samples(null)), "test samples: the loss");
    }
}
