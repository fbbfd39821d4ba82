package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.logging.RecordedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More workers than samples in a batch: legal, and said once. In local mode the workers log to the same place. */
@Tag("spark")
class IdleWorkersTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private List<String> warnings(String name, String... overrides) throws IOException {
        Path job = Files.writeString(directory.resolve("job.yaml"), TestSpark.digitsYaml());
        try (RecordedLog log = new RecordedLog("dev.lockstep", Level.WARN)) {
            assertThat(TestRuns.train(job, directory.resolve(name), overrides)).isZero();
            return log.messages();
        }
    }

    @Test
    void workersThatNeverGetASampleAreWarnedAboutOnce() throws IOException {
        assertThat(warnings(
                        "small-batch", "training.batch_size=1", "data.train_samples=20", "checkpoint.every=1 epoch"))
                .singleElement()
                .asString()
                .contains("2 workers", "batch of 1", "1 of them", "training.batch_size");
    }

    /** Of two samples one is kept for validation. */
    @Test
    void aTrainingSetThatIsSmallerThanABatchCounts() throws IOException {
        assertThat(warnings("few-samples", "data.train_samples=2", "data.validation.split=0.5"))
                .startsWith(
                        "training.batch_size 60 is more than the number of training samples, 1: every step uses them"
                                + " all, none is left out",
                        "2 workers share a global batch of 1: 1 of them never get a sample; lower cluster.workers or"
                                + " raise training.batch_size");
    }

    @Test
    void aShortLastBatchIsOrdinary() throws IOException {
        assertThat(warnings("enough", "data.train_samples=61", "training.epochs=1"))
                .isEmpty();
    }
}
