package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What of a job may change in the middle of a run. */
class JobChangesTest {
    private static ObjectNode job(String... overrides) {
        return JobFile.toJson(JobFile.read(
                """
                name: job
                data: {format: idx, directory: unused}
                model: {layers: [{dense: {units: 4, activation: softmax}}]}
                training: {loss: sparse_categorical_crossentropy}
                """,
                "job.yaml",
                List.of(overrides),
                Map.of()));
    }

    @Test
    void theSlicesMayNotChange() {
        assertThat(JobChanges.forbidden(job("determinism.slices=4"), job("determinism.slices=8")))
                .containsExactly("determinism.slices: was 4, now 8");
        assertThat(JobChanges.forbidden(job(), job("determinism.slices=4")))
                .containsExactly("determinism.slices: was absent, now 4");
        assertThat(JobChanges.forbidden(job("determinism.slices=4"), job()))
                .containsExactly("determinism.slices: was 4, now absent");
    }

    @Test
    void theWorkersMay() {
        assertThat(JobChanges.forbidden(
                        job("determinism.slices=4", "cluster.workers=2"),
                        job("determinism.slices=4", "cluster.workers=4", "training.epochs=9")))
                .isEmpty();
    }
}
