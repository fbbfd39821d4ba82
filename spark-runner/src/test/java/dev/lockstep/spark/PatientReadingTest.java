package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.checkpoint.RetryPolicy;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.StorageAwayException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PatientReadingTest {
    private final List<String> told = new ArrayList<>();

    private PatientReading within(Duration window) {
        return new PatientReading(new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(2), window, 1), told::add);
    }

    private static StorageAwayException away() {
        return new StorageAwayException("manifest.json cannot be read", new ConnectException("refused"));
    }

    @Test
    void whatIsAwayForATimeIsWaitedFor() {
        AtomicInteger attempts = new AtomicInteger();
        String read = within(Duration.ofSeconds(30)).of(() -> {
            if (attempts.incrementAndGet() < 4) {
                throw away();
            }
            return "read";
        });
        assertThat(read).isEqualTo("read");
        assertThat(told).hasSize(3).allSatisfy(why -> assertThat(why).contains("cannot be read; tried again in"));
    }

    @Test
    void theWaitHasAnEndAndNamesItsSetting() {
        assertThatThrownBy(() -> within(Duration.ofMillis(20)).of(() -> {
                    throw away();
                }))
                .isInstanceOfSatisfying(LockstepException.class, failure -> assertThat(failure.exitCode())
                        .isEqualTo(ExitCode.CLUSTER))
                .hasMessageContainingAll("manifest.json cannot be read", "checkpoint.retry_seconds");
    }

    @Test
    void whatIsMissingOrDamagedIsNot(@TempDir Path directory) {
        org.apache.hadoop.fs.Path missing =
                new org.apache.hadoop.fs.Path(directory.resolve("missing").toUri());
        Configuration configuration = new Configuration();
        assertThatThrownBy(() -> within(Duration.ofSeconds(30)).of(() -> HadoopFiles.readText(missing, configuration)))
                .isInstanceOf(LockstepException.class)
                .isNotInstanceOf(StorageAwayException.class)
                .hasMessageContaining("not found");
        assertThat(told).isEmpty();
    }

    @Test
    void aNameNodeThatDoesNotAnswerIsAway() {
        Configuration configuration = new Configuration();
        configuration.setInt("ipc.client.connect.max.retries", 0);
        org.apache.hadoop.fs.Path nobody = new org.apache.hadoop.fs.Path("hdfs://127.0.0.1:1/data/manifest.json");
        assertThatThrownBy(() -> HadoopFiles.open(nobody, configuration)).isInstanceOf(StorageAwayException.class);
        assertThatThrownBy(() -> HadoopFiles.status(nobody, configuration)).isInstanceOf(StorageAwayException.class);
    }
}
