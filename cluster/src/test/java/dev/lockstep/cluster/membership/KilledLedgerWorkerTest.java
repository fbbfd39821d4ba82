package dev.lockstep.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.storage.LedgerFiles;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.RecordingObserver;
import dev.lockstep.core.ledger.LedgerCheck;
import dev.lockstep.core.ledger.LedgerReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that train over sockets, one of them killed with kill -9: its notes are there, and prove the rest. */
@Tag("process")
@Timeout(120)
class KilledLedgerWorkerTest {
    private static final int SIZE = 2;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private Process start(String address, int rank, int attempt, RunSecret secret) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LedgerWorkerProcess.class.getName(),
                address,
                Integer.toString(rank),
                Integer.toString(attempt),
                Integer.toString(SIZE),
                directory.toString());
        builder.environment().put(WorkerProcess.SECRET_VARIABLE, secret.hex());
        return builder.redirectErrorStream(true)
                .redirectOutput(output(rank, attempt).toFile())
                .start();
    }

    private Path output(int rank, int attempt) {
        return directory.resolve("output-" + rank + "-" + attempt);
    }

    private void await(int rank, int attempt, String line) throws Exception {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (Files.readAllLines(output(rank, attempt)).stream().noneMatch(line::equals)) {
            assertThat(System.nanoTime())
                    .as("waiting for \"" + line + "\" in " + Files.readString(output(rank, attempt)))
                    .isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void theLedgerOfARunWithAKilledWorkerIsProven() throws Exception {
        RunSecret secret = RunSecret.random();
        MembershipSettings settings =
                new MembershipSettings(SIZE, secret, "127.0.0.1", 30, 60, DataTransport.sockets(false));
        List<Process> processes = new ArrayList<>();
        try (Coordinator coordinator = new Coordinator(settings, new RecordingObserver())) {
            for (int rank = 0; rank < SIZE; rank++) {
                processes.add(start(coordinator.address(), rank, 0, secret));
            }
            await(1, 0, "step 100");
            processes.get(1).destroyForcibly();
            processes.add(start(coordinator.address(), 1, 1, secret));
            for (Process process : List.of(processes.get(0), processes.get(2))) {
                assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(process.exitValue()).isZero();
            }
            assertThat(coordinator.rejoins()).isPositive();
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
        LedgerCheck check =
                new LedgerCheck(LedgerWorkerProcess.SAMPLES, LedgerWorkerProcess.BATCH, LedgerWorkerProcess.JOB.seed());
        new LedgerFiles(RunDirectory.at(directory.toString(), new Configuration())).readInto(check);
        LedgerReport report = check.report();
        System.out.print(report.text());
        assertThat(report.offences()).isEmpty();
        assertThat(report.proven()).isTrue();
        assertThat(report.epochs()).isEqualTo(LedgerWorkerProcess.EPOCHS);
        assertThat(report.generations()).isGreaterThan(1);
    }
}
