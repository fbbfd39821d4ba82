package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
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
}
