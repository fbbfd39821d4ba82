package dev.lockstep.spark.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.storage.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SubmittedDriverTest {
    private final StringWriter errors = new StringWriter();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Submission submission;

    @BeforeEach
    void submit() {
        submission = Submission.begin(RunDirectory.at(directory.toString(), new Configuration()), new Configuration());
        submission.writeJob("name: a\n");
    }

    private int drive(int exitCode, String message) {
        return new SubmittedDriver(submission, Optional.empty(), new Configuration())
                .drive(new PrintWriter(errors, true), told -> {
                    if (!message.isEmpty()) {
                        told.println(message);
                    }
                    return exitCode;
                });
    }

    @Test
    void tellsHowItEndedAndWhereItRan() throws IOException {
        assertThat(drive(3, "lockstep: no rows in a.csv")).isEqualTo(3);
        assertThat(errors).hasToString("lockstep: no rows in a.csv\n");
        assertThat(submission.outcome()).contains(new Outcome(3, "lockstep: no rows in a.csv", ""));
        assertThat(submission.driver()).isPresent();
        assertThat(Path.of(submission.job())).doesNotExist();
    }

    @Test
    void whatMayBeTriedAgainKeepsItsJob() throws IOException {
        assertThat(drive(1, "lockstep: unexpected: OutOfMemoryError")).isEqualTo(1);
        assertThat(Path.of(submission.job())).exists();
        assertThat(drive(0, "")).isZero();
        assertThat(submission.outcome()).contains(new Outcome(0, "", ""));
    }

    @Test
    void restartsThatAreSpentAreNotGivenAgain() throws IOException {
        assertThat(drive(5, "lockstep: the restart budget is spent")).isEqualTo(5);
        assertThat(submission.outcome().map(Outcome::isFinal)).contains(true);
    }

    @Test
    void aSecondAttemptAfterAFinalEndDoesNothing() {
        assertThat(drive(2, "lockstep: wrong")).isEqualTo(2);
        assertThat(drive(0, "not to be run")).isEqualTo(2);
        assertThat(errors).hasToString("lockstep: wrong\n");
    }

    @Test
    void theLogOfADriverIsWhereTheClusterPutsIt() throws IOException {
        Map<String, String> yarn = Map.of("spark.yarn.app.container.log.dir", directory.toString());
        assertThat(LogTail.ofDriver(yarn::get, Path.of("/x"))).contains(directory.resolve("stderr"));
        Map<String, String> standalone = Map.of("spark.submit.deployMode", "cluster");
        Path driver = Path.of("/work/driver-20260101000000-0000");
        assertThat(LogTail.ofDriver(standalone::get, driver)).contains(driver.resolve("stderr"));
        assertThat(LogTail.ofDriver(standalone::get, Path.of("/home/me"))).isEmpty();
        assertThat(LogTail.ofDriver(name -> null, driver)).isEmpty();
    }

    @Test
    void theEndOfALogIsAsMuchAsAPersonReads() throws IOException {
        Path log = directory.resolve("log");
        Files.writeString(log, "x".repeat(100_000) + "\n" + "line\n".repeat(1_000) + "last\n");
        assertThat(LogTail.of(log)).hasLineCount(40).endsWith("\nlast");
        assertThat(LogTail.of(directory.resolve("none"))).isEmpty();
        assertThat(LogTail.indented("a\nb")).isEqualTo("    a\n    b");
    }

    @Test
    void onlyADriverInAContainerIsAnApplicationMaster() {
        Map<String, String> master =
                Map.of("spark.yarn.app.id", "application_1_2", "spark.submit.deployMode", "cluster");
        Map<String, String> container =
                Map.of("NM_HOST", "a", "NM_HTTP_PORT", "8042", "CONTAINER_ID", "container_1_2_01_000001", "USER", "me");
        YarnApplication application =
                YarnApplication.here(master::get, container::get).orElseThrow();
        assertThat(application.id()).isEqualTo("application_1_2");
        assertThat(application.logPage())
                .contains("http://a:8042/node/containerlogs/container_1_2_01_000001/me/stderr");
        assertThat(YarnApplication.here(Map.of("spark.yarn.app.id", "application_1_2")::get, name -> null))
                .isEmpty();
    }
}
