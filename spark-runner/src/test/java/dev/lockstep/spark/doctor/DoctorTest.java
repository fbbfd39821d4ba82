package dev.lockstep.spark.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.spark.doctor.Finding.Level;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the doctor makes of checks that fail, hang and find; and what some checks make of what they find. */
class DoctorTest {
    private static final Finding FINE = Finding.ok("fine", "as it should be");

    /** A check that does what it is told. */
    private record Fake(String name, Looking looking) implements Check {
        private interface Looking {
            List<Finding> look() throws Exception;
        }

        @Override
        public Duration deadline() {
            return Duration.ofMillis(500);
        }

        @Override
        public List<Finding> look(Subject subject) throws Exception {
            return looking.look();
        }
    }

    private static Subject subject(String master, OptionalInt slots, OptionalInt asked) {
        return new Subject(
                JobFile.read(
                        """
                        name: fake
                        data: {format: digits}
                        model: {layers: [flatten, {dense: {units: 10, activation: softmax}}]}
                        training: {loss: sparse_categorical_crossentropy}
                        """,
                        "fake",
                        List.of(),
                        Map.of()),
                false,
                new SparkConf(false).setMaster(master),
                master.startsWith("local["),
                slots,
                asked,
                null,
                new Configuration(false),
                Sessions.own());
    }

    private static Diagnosis examine(Check... checks) {
        return new Doctor(List.of(checks))
                .examine(subject("local[1]", OptionalInt.of(1), OptionalInt.empty()), List.of(FINE));
    }

    @Test
    @Timeout(30)
    void neitherAFailureNorSilenceStopsTheOthers() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        Diagnosis diagnosis = examine(
                new Fake("silent", () -> {
                    never.await();
                    return List.of();
                }),
                new Fake("broken", () -> {
                    throw new NoClassDefFoundError("org/example/Missing");
                }),
                new Fake("refused", () -> {
                    throw new LockstepException(ExitCode.DATA, "no such file");
                }),
                new Fake("last", () -> List.of(Finding.warning("last", "so so", "do this"))));

        assertThat(diagnosis.findings().stream().map(Finding::about))
                .containsExactly("fine", "silent", "broken", "refused", "last");
        assertThat(diagnosis.findings().stream().map(Finding::level))
                .containsExactly(Level.OK, Level.PROBLEM, Level.PROBLEM, Level.PROBLEM, Level.WARNING);
        assertThat(diagnosis.exitCode()).isEqualTo(ExitCode.DATA.number());
        assertThat(diagnosis.text())
                .contains("ok       fine             as it should be\n")
                .contains("PROBLEM  silent           no answer within 0 s\n")
                .contains("could not be looked at: NoClassDefFoundError: org/example/Missing")
                .contains("warning  last             so so\n                          -> do this\n")
                .endsWith("\n3 problems, 1 warning, 1 ok.\n");
        JsonNode json = new ObjectMapper().readTree(diagnosis.json());
        assertThat(json.path("problems").asInt()).isEqualTo(3);
        assertThat(json.path("findings")).hasSize(5);
        assertThat(json.at("/findings/3/exit_code").asInt()).isEqualTo(3);
    }

    @Test
    void withoutProblemsItEndsWithZero() {
        Diagnosis diagnosis = examine(new Fake("last", () -> List.of(Finding.warning("last", "so so", "do this"))));
        assertThat(diagnosis.exitCode()).isZero();
        assertThat(diagnosis.text()).endsWith("\nNo problem, 1 warning, 1 ok.\n");
    }

    @Test
    void versionsThatAreNotThoseAreProblemsOfUsage() {
        assertThat(RuntimeCheck.java(17, "17.0.9").level()).isEqualTo(Level.OK);
        assertThat(RuntimeCheck.java(21, "21.0.1"))
                .returns(Level.PROBLEM, Finding::level)
                .returns(ExitCode.USAGE, Finding::code)
                .returns("set JAVA_HOME to a JDK 17", Finding::fix);
        assertThat(RuntimeCheck.version("spark", "4.0.0", RuntimeCheck.SPARK, "fix")
                        .found())
                .isEqualTo("4.0.0, expected 3.5.x");
    }

    @Test
    void workersNeedSlots() {
        SettingsCheck check = new SettingsCheck();
        assertThat(check.look(subject("local[2]", OptionalInt.of(2), OptionalInt.of(3)))
                        .get(1))
                .returns(Level.PROBLEM, Finding::level)
                .returns("3 workers at once, 2 slots", Finding::found);
        assertThat(check.look(subject("spark://a:1", OptionalInt.empty(), OptionalInt.empty()))
                        .get(1))
                .returns(ExitCode.USAGE, Finding::code);
        assertThat(check.look(subject("yarn", OptionalInt.of(4), OptionalInt.empty()))
                        .get(1)
                        .found())
                .isEqualTo("4 tasks at once, as many workers");
    }

    @Test
    void aFullDiskAndAMissingSharedMemoryAreTold() {
        assertThat(new Places("/a", ByteCount.mebibytes(10), -1).findings(" on executor 1 (b)", true))
                .extracting(Finding::level, Finding::found)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Level.PROBLEM, "10 MiB free in /a on executor 1 (b)"),
                        org.assertj.core.groups.Tuple.tuple(
                                Level.WARNING,
                                "cannot be written on executor 1 (b): workers on one host exchange over sockets, which is"
                                        + " slower"));
    }

    private static ExecutorReport report(int rank, double ahead, String driverFailure, String peersFailure) {
        return new ExecutorReport(
                rank,
                String.valueOf(rank),
                "host" + rank,
                rank == 2 ? "11.0.2" : "17.0.9",
                "Linux amd64",
                RuntimeCheck.sparkVersion(),
                1L << 30,
                null,
                new Places("/tmp", 1L << 40, 1L << 30),
                ahead,
                driverFailure.isEmpty() ? null : driverFailure,
                peersFailure.isEmpty() ? null : peersFailure);
    }

    @Test
    void whatExecutorsTellBecomesFindings() {
        List<Finding> good =
                new ExecutorFindings(List.of(report(0, 0.1, "", ""), report(1, -0.2, "", "")), true).list();
        assertThat(good).allSatisfy(finding -> assertThat(finding.level()).isEqualTo(Level.OK));
        assertThat(good.get(0).found()).isEqualTo("2 tasks on 2 executors on 2 hosts, heap of 1.0 GiB");
        assertThat(good.get(good.size() - 1).found())
                .isEqualTo("at most 0.200 s apart: behind the driver's on executor 1 (host1)");

        List<Finding> bad = new ExecutorFindings(
                        List.of(
                                report(0, 400, "Connection refused", ""),
                                report(2, 3, "", "no data channel to rank 0")),
                        true)
                .list();
        assertThat(bad.stream()
                        .filter(finding -> finding.level() == Level.PROBLEM)
                        .map(Finding::about))
                .containsExactly("their versions", "driver's ports", "peers' ports", "clocks");
        assertThat(ExecutorFindings.clock(report(0, 3, "", "")).level()).isEqualTo(Level.WARNING);
    }
}
