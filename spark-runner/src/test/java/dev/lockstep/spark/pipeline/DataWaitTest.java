package dev.lockstep.spark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataWaitTest {
    private final List<String> looked = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private long nanos;
    private int comesAtLook = Integer.MAX_VALUE;
    private boolean stop;
    private boolean broken;

    private void await(String marker, boolean patiently) {
        DayDataSpec data = new DayDataSpec("/data/{date}", marker, 60, 10);
        DataWait.Places places = path -> {
            looked.add(path);
            if (broken) {
                throw new IOException("the name node is away");
            }
            return looked.size() >= comesAtLook;
        };
        new DataWait(data, places, () -> nanos, seconds -> nanos += (long) (seconds * 1e9), () -> stop)
                .await("/data/2026-01-01", patiently, told::add);
    }

    private void refused(ExitCode code, boolean patiently, String... parts) {
        assertThatThrownBy(() -> await("_SUCCESS", patiently))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(code))
                .hasMessageContainingAll(parts);
    }

    @Test
    void whatIsThereIsNotWaitedFor() {
        comesAtLook = 1;
        await("_SUCCESS", true);
        await("none", true);
        assertThat(looked).containsExactly("/data/2026-01-01/_SUCCESS", "/data/2026-01-01");
        assertThat(told).isEmpty();
        assertThat(nanos).isZero();
    }

    @Test
    void looksEveryMinute() {
        comesAtLook = 4;
        await("_SUCCESS", true);
        assertThat(nanos).isEqualTo(180_000_000_000L);
        assertThat(told).singleElement().asString().contains("waiting for /data/2026-01-01/_SUCCESS, for 10 minutes");
    }

    @Test
    void givesUpAtTheDeadline() {
        refused(ExitCode.NO_DATA, true, "expected /data/2026-01-01/_SUCCESS", "after 10.0 minutes (data.wait_minutes)");
        assertThat(looked).hasSize(11);
    }

    @Test
    void ofAMissedDayItLooksOnce() {
        refused(ExitCode.NO_DATA, false, "found nothing there; the same command looks again");
        assertThat(looked).hasSize(1);
    }

    @Test
    void aFileSystemThatIsAwayIsNoMissingData() {
        broken = true;
        refused(ExitCode.CLUSTER, true, "the name node is away", "data.wait_minutes");
    }

    @Test
    void stopsOnRequest() {
        stop = true;
        refused(ExitCode.STOPPED, true, "stopped on request");
    }
}
