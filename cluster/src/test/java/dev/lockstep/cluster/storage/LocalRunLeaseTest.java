package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRunLeaseTest extends RunLeaseContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Override
    String newLocation() {
        return directory.resolve("run").toString();
    }

    @Test
    void aPidThatNowBelongsToAnotherProcessIsADeadOwner() {
        ProcessIdentity self = ProcessIdentity.ofThisProcess();
        ProcessIdentity predecessor = new ProcessIdentity(self.host(), self.machine(), self.pid(), "1");
        RunLease dead = RunLease.acquire(run(), SILENT, Duration.ZERO, waiting -> {}, predecessor);
        assertThat(dead.fencingNumber()).isEqualTo(1);

        try (RunLease next = acquire(SILENT, Duration.ZERO)) {
            assertThat(next.fencingNumber()).isEqualTo(2);
        }
    }

    @Test
    void anOwnerOnAnotherMachineIsNeverJudgedByItsPid() {
        ProcessIdentity elsewhere = new ProcessIdentity("elsewhere", "elsewhere/boot/pid", 999_999_999L, "1");
        RunLease other = RunLease.acquire(run(), SILENT, Duration.ZERO, waiting -> {}, elsewhere);
        assertThat(other.lost()).isFalse();

        assertThatThrownBy(() -> acquire(SILENT, Duration.ZERO)).hasMessageContaining("host elsewhere, pid 999999999");
    }

    @Test
    @Tag("process")
    void aKilledOwnerIsReplacedAtOnce() throws Exception {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LeaseOwner.class.getName(),
                        run().location())
                .redirectError(new File(directory.toFile(), "stderr"))
                .start();
        try (BufferedReader out = owner.inputReader()) {
            String line = out.readLine();
            while (line != null && !line.startsWith("held")) {
                line = out.readLine();
            }
            assertThat(line).isEqualTo("held 1");
            assertThatThrownBy(() -> acquire(SILENT, Duration.ZERO)).hasMessageContaining("pid " + owner.pid());

            owner.destroyForcibly();
            assertThat(owner.waitFor(30, TimeUnit.SECONDS)).isTrue();

            // The expiry is ten minutes: only the death can have freed it.
            try (RunLease next = acquire(SILENT, Duration.ZERO)) {
                assertThat(next.fencingNumber()).isEqualTo(2);
            }
        } finally {
            owner.destroyForcibly();
        }
    }

    /** Takes a lease and never gives it back. */
    static final class LeaseOwner {
        private LeaseOwner() {}

        public static void main(String[] arguments) throws InterruptedException {
            RunDirectory run = RunDirectory.at(arguments[0], new Configuration());
            RunLease lease = RunLease.acquire(run, SILENT, Duration.ZERO, waiting -> {});
            System.out.println("held " + lease.fencingNumber());
            TimeUnit.MINUTES.sleep(5);
        }
    }
}
