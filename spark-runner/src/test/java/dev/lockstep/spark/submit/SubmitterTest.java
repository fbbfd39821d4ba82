package dev.lockstep.spark.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.DeployMode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SubmitterTest {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeEach
    void installSpark() throws IOException {
        Path submit = Files.createDirectories(directory.resolve("spark/bin")).resolve("spark-submit");
        assertThat(Files.createFile(submit).toFile().setExecutable(true)).isTrue();
    }

    private int submit(DeployMode mode, FakeProcesses processes) {
        String run = directory.resolve("run").toUri().toString();
        return new Submitter(
                        new SubmitEnvironment(directory.resolve("spark").toString(), "/lib/assembly.jar"),
                        processes,
                        new Configuration(),
                        new PrintStream(output, true, StandardCharsets.UTF_8),
                        new PrintStream(errors, true, StandardCharsets.UTF_8),
                        place -> List.of("Completed in " + place.location()))
                .submit(Requests.request(mode, "yarn", run), Requests.job());
    }

    private List<String> submissions() throws IOException {
        Path folder = directory.resolve("run/submissions");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private static void assertFails(ThrowingCallable action, String... told) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(LockstepException.class, failure -> assertThat(failure.exitCode())
                        .isEqualTo(ExitCode.CLUSTER))
                .hasMessageContainingAll(told);
    }

    @Test
    void theDriverInTheClusterIsGivenTheResolvedJobForItsEyesAlone() throws IOException {
        List<String> seen = new ArrayList<>();
        FakeProcesses processes = new FakeProcesses(0, submission -> {
            Path job = Path.of(submission.job());
            seen.add(Files.readString(job));
            String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(job));
            assertThat(permissions).isEqualTo("rw-------");
            submission.writeOutcome(new Outcome(0, "", ""));
        });
        assertThat(submit(DeployMode.CLUSTER, processes)).isZero();
        assertThat(seen).singleElement().asString().contains(Requests.SECRET);
        assertThat(String.join(" ", processes.started.get(0))).doesNotContain(Requests.SECRET);
        assertThat(submissions()).isEmpty();
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("Completed in ");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 6})
    void theExitCodeIsTheDriversWhateverSparkSubmitSays(int code) throws IOException {
        FakeProcesses processes = new FakeProcesses(1, submission -> {
            submission.writeDriver(new DriverPlace("application_1_2", "host-a", ""));
            submission.writeOutcome(new Outcome(code, "lockstep: no rows in a.csv", "WARN something\nERROR other"));
        });
        assertThat(submit(DeployMode.CLUSTER, processes)).isEqualTo(code);
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .contains("application_1_2 on host-a", "    ERROR other\n", "lockstep: no rows in a.csv");
        assertThat(submissions()).containsExactly("driver.json", "outcome.json");
    }

    @Test
    void aWrongJobIsToldInOneMessage() {
        FakeProcesses processes = new FakeProcesses(
                1, submission -> submission.writeOutcome(new Outcome(2, "lockstep: job.yaml:3: wrong", "WARN other")));
        assertThat(submit(DeployMode.CLUSTER, processes)).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEqualTo("lockstep: job.yaml:3: wrong\n");
    }

    @Test
    void theResultOfAnOlderSubmissionIsNotTaken() {
        FakeProcesses first =
                new FakeProcesses(1, submission -> submission.writeOutcome(new Outcome(3, "lockstep: old", "")));
        assertThat(submit(DeployMode.CLUSTER, first)).isEqualTo(3);
        FakeProcesses second = new FakeProcesses(1, submission -> {});
        assertFails(() -> submit(DeployMode.CLUSTER, second), "status 1 before Lockstep's driver began");
    }

    @Test
    void aDriverThatIsLostIsTold() throws IOException {
        FakeProcesses processes = new FakeProcesses(
                1, submission -> submission.writeDriver(new DriverPlace("application_1_2", "host-a", "")));
        assertFails(
                () -> submit(DeployMode.CLUSTER, processes),
                "application_1_2 on host-a",
                "ended without a word",
                "the same command continues");
        assertThat(submissions()).doesNotContain("job.yaml");
    }

    @Test
    void inClientModeTheDriverIsSparkSubmitsProcess() throws IOException {
        FakeProcesses processes =
                new FakeProcesses(2, submission -> submission.writeOutcome(new Outcome(2, "lockstep: wrong", "")));
        assertThat(submit(DeployMode.CLIENT, processes)).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEmpty(); // the driver has said it
        assertThat(submissions()).isEmpty();
    }

    @Test
    void inClientModeAKilledDriverAndASparkSubmitWithoutOneAreTold() {
        assertFails(() -> submit(DeployMode.CLIENT, new FakeProcesses(137, nothing -> {})), "signal 9", "continues");
        assertFails(() -> submit(DeployMode.CLIENT, new FakeProcesses(1, nothing -> {})), "status 1 before");
        assertThat(submit(DeployMode.CLIENT, new FakeProcesses(7, nothing -> {})))
                .isEqualTo(7);
    }

    @Test
    void aSparkInstallationAndTheAssemblyAreNeeded() {
        assertThatThrownBy(() -> new SubmitEnvironment(null, null).sparkSubmit())
                .hasMessageContaining("not set");
        assertThatThrownBy(() -> new SubmitEnvironment(directory.toString(), null).sparkSubmit())
                .hasMessageContaining("has none");
        assertThatThrownBy(() -> new SubmitEnvironment(null, null).assembly(null))
                .hasMessageContaining("--assembly");
        assertThat(new SubmitEnvironment(null, null).assembly("hdfs://h/a.jar")).isEqualTo("hdfs://h/a.jar");
    }

    @Test
    void theJavaOptionsOfDriversAreThoseOfTheFileThatSparkSubmitReads() throws IOException {
        SubmitEnvironment environment = new SubmitEnvironment(directory.toString(), null);
        assertThat(environment.driverJavaOptions(List.of())).isEmpty();
        Path file = Files.writeString(directory.resolve("own.conf"), "spark.driver.extraJavaOptions  -Da=b -Dc=d\n");
        assertThat(environment.driverJavaOptions(List.of("--properties-file", file.toString())))
                .isEqualTo("-Da=b -Dc=d");
    }
}
