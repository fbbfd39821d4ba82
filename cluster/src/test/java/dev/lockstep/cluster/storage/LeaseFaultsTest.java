package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lease whose clocks jump and whose file system goes away, by clocks and files of the test's own. */
@Timeout(60)
class LeaseFaultsTest {
    /** As by default, but for the renewal thread, which would not keep to the test's clock. */
    private static final LeaseTiming TIMING =
            new LeaseTiming(Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofMillis(1));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);
    private final AtomicReference<Instant> wall = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));

    @SuppressWarnings("NullAway.Init")
    private FlakyRunFiles files;

    @SuppressWarnings("NullAway.Init")
    private RunDirectory run;

    @BeforeEach
    void open() {
        files = new FlakyRunFiles(new LocalRunFiles(directory));
        run = new RunDirectory("run", new Configuration(), files);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        wall.updateAndGet(now -> now.plus(time));
    }

    private RunLease acquire(ProcessIdentity self) {
        LeaseClock clock = new LeaseClock(nanos::get, wall::get);
        return RunLease.acquire(run, TIMING, Duration.ZERO, waiting -> {}, self, clock);
    }

    private static ProcessIdentity onHost(String host) {
        return new ProcessIdentity(host, host + "/boot/pid", 4711, "1");
    }

    /** A second process that watches for as long as it has to, by the same monotonic clock. */
    private RunLease takeOver(ProcessIdentity self, List<Double> countdown) {
        LeaseClock clock = new LeaseClock(nanos::get, wall::get);
        return RunLease.acquire(
                run,
                TIMING,
                Duration.ofSeconds(40),
                waiting -> {
                    countdown.add(waiting.secondsUntilTakeOver());
                    pass(Duration.ofSeconds(10));
                },
                self,
                clock);
    }

    @Test
    void aWallClockThatIsSetChangesNothing() {
        try (RunLease owner = acquire(onHost("a"))) {
            for (Duration jump : List.of(Duration.ofHours(1), Duration.ofHours(-2), Duration.ofHours(1))) {
                wall.updateAndGet(now -> now.plus(jump));
                assertThat(owner.lost()).isFalse();
                assertThat(owner.assertHeld()).isEqualTo(1);
                assertThatThrownBy(() -> acquire(onHost("b"))).hasMessageContaining("host a, pid 4711");
                pass(Duration.ofSeconds(20));
                owner.renew();
                assertThat(owner.assertHeld()).isEqualTo(1);
            }
        }
    }

    @Test
    void anObserversClockThatIsSetNeitherHastensNorDelaysTheTakeOver() {
        RunLease silent = acquire(onHost("a"));
        wall.updateAndGet(now -> now.minus(Duration.ofHours(1)));
        List<Double> countdown = new ArrayList<>();
        try (RunLease next = takeOver(onHost("b"), countdown)) {
            assertThat(countdown).containsExactly(30.0, 20.0, 10.0);
            assertThat(next.fencingNumber()).isEqualTo(2);
            wall.updateAndGet(now -> now.plus(Duration.ofHours(5)));
            assertThat(next.assertHeld()).isEqualTo(2);
            assertThatThrownBy(silent::assertHeld).hasMessageContaining("host b");
        }
    }

    @Test
    void aFileSystemThatIsAwayIsNoLostLease() {
        RunLease owner = acquire(onHost("a"));
        LeaseWitness worker = LeaseWitness.of(run, owner.id(), 1);
        assertThat(worker.getAsLong()).isEqualTo(1);

        files.goAway();
        for (int seconds = 0; seconds < 60; seconds += 10) {
            pass(Duration.ofSeconds(10));
            owner.renew();
            assertThat(owner.lost()).isFalse();
        }
        // Long expired: nothing may be written, but nobody says that it is another's.
        assertThatThrownBy(owner::assertHeld)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("nothing is written until it is confirmed");
        assertThatThrownBy(worker::getAsLong).isInstanceOf(UncheckedIOException.class);

        files.comeBack();
        assertThat(owner.assertHeld()).isEqualTo(2);
        assertThat(owner.lost()).isFalse();
        assertThat(worker.getAsLong()).isEqualTo(2);
        owner.close();
    }

    @Test
    void whoFindsItTakenAfterTheOutageStopsBeforeItWrites() {
        RunLease owner = acquire(onHost("a"));
        LeaseWitness worker = LeaseWitness.of(run, owner.id(), 1);
        files.goAway();
        pass(Duration.ofSeconds(60));
        assertThat(owner.lost()).isFalse();
        files.comeBack();

        try (RunLease next = takeOver(onHost("b"), new ArrayList<>())) {
            assertThat(next.fencingNumber()).isEqualTo(2);
            assertThatThrownBy(worker::getAsLong)
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("another process has taken over the run " + directory)
                    .hasMessageContaining("stops before it writes");
            assertThatThrownBy(owner::assertHeld).isInstanceOf(LockstepException.class);
            assertThat(LeaseWitness.of(run, next.id(), 2).getAsLong()).isEqualTo(2);
        }
    }

    /** The claim was made although the file system said that it failed: it is not another's. */
    @Test
    void anAnswerThatGotLostIsNoLostLease() throws IOException {
        RunLease owner = acquire(onHost("a"));
        pass(Duration.ofSeconds(31));
        files.loseAnswers();
        owner.renew();
        assertThat(RunLease.highestNumber(run)).isEqualTo(2);
        assertThat(owner.lost()).isFalse();

        files.comeBack();

        assertThat(owner.assertHeld()).isEqualTo(2);
        owner.close();
    }

    /** A worker on another host may see another directory under the driver's local path. */
    @Test
    void aWorkerThatSeesNoLeaseKeepsItsNumber() {
        assertThat(LeaseWitness.of(run, "any", 3).getAsLong()).isEqualTo(3);
    }
}
