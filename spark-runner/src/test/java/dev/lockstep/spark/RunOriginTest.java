package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.cli.TrainRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunOriginTest {
    private static final TrainRequest FRESH =
            new TrainRequest("job.yaml", "run", null, null, ResumePolicy.NEVER, true, List.of(), false, true);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private TrainRequest attempt(String application) {
        return RunOrigin.ofThisAttempt(
                FRESH,
                RunDirectory.at(directory.toString(), new Configuration()),
                Optional.of(application).filter(id -> !id.isEmpty()));
    }

    @Test
    void aSecondAttemptGoesOnWithWhatTheFirstBegan() throws IOException {
        assertThat(attempt("application_1_2")).isEqualTo(FRESH);
        RunDirectory.at(directory.toString(), new Configuration())
                .writeText("run.json", "{\"run_id\":\"a\",\"application\":\"application_1_2\"}");
        assertThat(attempt("application_1_2"))
                .isEqualTo(new TrainRequest(
                        "job.yaml", "run", null, null, ResumePolicy.AUTO, false, List.of(), false, true));
        assertThat(attempt("application_1_3")).isEqualTo(FRESH);
        assertThat(attempt("")).isEqualTo(FRESH);
    }
}
