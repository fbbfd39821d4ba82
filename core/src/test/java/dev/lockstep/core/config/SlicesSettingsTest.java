package dev.lockstep.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code determinism.slices} in the job file. */
class SlicesSettingsTest {
    private static JobConfig read(int slices, String cluster) {
        return JobFile.read(
                """
                name: job
                data: {format: csv, train: in.csv, label: y}
                model: {layers: [{dense: {units: 1}}]}
                training: {loss: mse, batch_size: 16}
                determinism:
                  slices: %d
                cluster: {%s}
                """
                        .formatted(slices, cluster),
                "job.yaml",
                List.of(),
                Map.of());
    }

    @Test
    void workersShareTheSlices() {
        JobConfig job = read(8, "workers: 2");
        assertThat(JobFile.fromJson(JobFile.toJson(job).toString())).isEqualTo(job);
        assertThat(List.of(1, 2, 4, 8))
                .extracting(job.determinism()::slicesPerWorker)
                .containsExactly(8, 4, 2, 1);
        assertThat(new DeterminismSpec(null).slicesPerWorker(3)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 | workers: 1 | expected a power of two, found 3",
                "0 | workers: 1 | expected a power of two, found 0",
                "-2147483648 | workers: 1 | expected a power of two, found -2147483648",
                "8 | workers: 3 | expected a multiple of the number of workers, 3, found 8; give 2 or 4 workers",
                "8 | workers: 7 | expected a multiple of the number of workers, 7, found 8; give 4 or 8 workers",
                "4 | workers: 6 | expected a multiple of the number of workers, 6, found 4; give 4 workers",
                "32 | workers: 1 | expected at most training.batch_size, 16, found 32; further slices would always be"
                        + " empty",
                "4 | sync: parameter_averaging | expected none with cluster.sync parameter_averaging, where each worker"
                        + " takes steps of its own and the result depends on how many there are, found 4; remove it, or"
                        + " use cluster.sync: gradient_sharing",
                "4 | sync: dl4j_spark | expected none with cluster.sync dl4j_spark, where each worker takes steps of its"
                        + " own and the result depends on how many there are, found 4; remove it, or use cluster.sync:"
                        + " gradient_sharing",
                "4 | sync: {gradient_sharing: {codec: float16}} | expected none with a codec, which rounds what each"
                        + " worker sends, found 4; remove it, or the codec",
            })
    void whatCannotBeIsRefusedWithAWayOut(int slices, String cluster, String message) {
        assertThatThrownBy(() -> read(slices, cluster))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessage("job.yaml:6: determinism.slices: " + message);
    }
}
