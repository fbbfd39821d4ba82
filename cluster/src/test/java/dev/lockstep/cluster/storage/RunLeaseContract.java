package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a lease does on every file system. */
@Timeout(60)
abstract class RunLeaseContract {
    /** An owner that never renews within a test. */
    static final LeaseTiming SILENT =
            new LeaseTiming(Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMillis(20));

    static final LeaseTiming QUICK =
            new LeaseTiming(Duration.ofMillis(100), Duration.ofMillis(2500), Duration.ofMillis(50));

    @SuppressWarnings("NullAway.Init")
    private RunDirectory run;

    abstract String newLocation();

    Configuration configuration() {
        return new Configuration();
    }

    @BeforeEach
    void locate() {
        run = RunDirectory.at(newLocation(), configuration());
    }

    @Test
    void refusesASecondOwnerAndNamesTheFirst() {
        try (RunLease first = acquire(QUICK, Duration.ZERO)) {
            assertThat(first.fencingNumber()).isEqualTo(1);
            assertThatThrownBy(() -> acquire(QUICK, Duration.ZERO))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("is in use")
                    .hasMessageContaining("pid " + ProcessHandle.current().pid())
                    .hasMessageContaining(
                            "host " + ProcessIdentity.ofThisProcess().host())
                    .hasMessageContaining("--run-dir");
            assertThat(first.assertHeld()).isEqualTo(1);
        }
    }

    @Test
    void anOwnerThatRenewsIsNotWaitedFor() {
        List<RunLease.Waiting> countdown = new ArrayList<>();
        try (RunLease first = acquire(QUICK, Duration.ZERO)) {
            assertThatThrownBy(() -> RunLease.acquire(run, QUICK, Duration.ofDays(1), countdown::add))
                    .hasMessageContaining("is in use");
            assertThat(first.assertHeld()).isEqualTo(1);
            assertThat(first.lost()).isFalse();
        }
        assertThat(countdown).isNotEmpty().allSatisfy(waiting -> assertThat(waiting.pid())
                .isEqualTo(ProcessHandle.current().pid()));
    }

    @Test
    void givingItBackLetsTheNextInUnderAHigherNumber() {
        RunLease first = acquire(SILENT, Duration.ZERO);
        first.close();
        assertThatThrownBy(first::assertHeld).hasMessageContaining("given back");
        try (RunLease second = acquire(SILENT, Duration.ZERO)) {
            assertThat(second.fencingNumber()).isEqualTo(2);
        }
        try (RunLease third = acquire(SILENT, Duration.ZERO)) {
            assertThat(third.fencingNumber()).isEqualTo(3);
        }
    }

    @Test
    void aSilentOwnerIsReplacedAfterItsExpiryAndFindsOut() throws Exception {
        RunLease silent = acquire(SILENT, Duration.ZERO);
        List<RunLease.Waiting> countdown = new ArrayList<>();

        try (RunLease next = RunLease.acquire(run, QUICK, Duration.ofSeconds(30), countdown::add)) {
            assertThat(next.fencingNumber()).isEqualTo(2);
            assertThat(countdown).isNotEmpty();
            assertThat(countdown.get(0).secondsUntilTakeOver()).isBetween(0.0, 2.5);

            // What the silent one's renewal thread would do when it wakes up.
            silent.renew();

            assertThat(silent.lost()).isTrue();
            assertThatThrownBy(silent::assertHeld)
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("took it over with fencing number 2");
            silent.close();
            // Its last renewal and its end have not disturbed the new owner.
            assertThat(next.assertHeld()).isEqualTo(2);
            assertThatThrownBy(() -> acquire(QUICK, Duration.ZERO)).hasMessageContaining("is in use");
        }
    }

    @Test
    void anOwnerThatSleptBeyondItsExpiryUnnoticedGoesOnUnderAHigherNumber() throws Exception {
        // Long beside what one renewal takes on a busy HDFS, or it would have expired again by the time it is done.
        LeaseTiming asleep = new LeaseTiming(Duration.ofMillis(1_500), Duration.ofSeconds(3), Duration.ofMillis(20));
        RunLease lease = acquire(asleep, Duration.ZERO);
        // Holding the monitor keeps the renewal thread out, as a stopped process would.
        synchronized (lease) {
            TimeUnit.MILLISECONDS.sleep(3_200);
            assertThat(lease.assertHeld()).isEqualTo(2);
        }
        assertThat(lease.fencingNumber()).isGreaterThanOrEqualTo(2);
        lease.close();
    }

    /** Its expiry is ten minutes: only the death can have freed it. */
    @Test
    @Tag("process")
    void anOwnerInAnotherProcessIsNamedAndReplacedAtOnceWhenItIsKilled() throws Exception {
        try (LeaseOwnerProcess owner = LeaseOwnerProcess.start(run.location())) {
            List<RunLease.Waiting> countdown = new ArrayList<>();
            assertThatThrownBy(() -> RunLease.acquire(run, SILENT, Duration.ofMillis(500), countdown::add))
                    .isInstanceOfSatisfying(LockstepException.class, e -> assertThat(e.exitCode())
                            .isEqualTo(ExitCode.USAGE))
                    .hasMessageContaining("pid " + owner.pid())
                    .hasMessageContaining(
                            "host " + ProcessIdentity.ofThisProcess().host())
                    .hasMessageContaining("lease renewed");
            assertThat(countdown).isNotEmpty().allSatisfy(waiting -> {
                assertThat(waiting.pid()).isEqualTo(owner.pid());
                assertThat(waiting.secondsUntilTakeOver()).isBetween(1.0, 600.0);
            });

            owner.kill();

            try (RunLease next = acquire(SILENT, Duration.ZERO)) {
                assertThat(next.fencingNumber()).isEqualTo(2);
            }
        }
    }

    @Test
    void aLateWriteOfAFormerOwnerMeansNothing() throws IOException {
        RunLease former = acquire(SILENT, Duration.ZERO);
        String late = run.readText(LeaseFiles.LEASE).orElseThrow();
        former.close();
        try (RunLease owner = acquire(SILENT, Duration.ZERO)) {
            run.writeText(LeaseFiles.LEASE, late.replace("\"released\":false", "\"released\":true"));

            assertThatThrownBy(() -> acquire(SILENT, Duration.ZERO)).hasMessageContaining("is in use");
            assertThat(owner.assertHeld()).isEqualTo(2);
        }
    }

    @Test
    void ofManyAtOnceOneGetsIt() throws Exception {
        int contenders = 4;
        ExecutorService threads = Executors.newFixedThreadPool(contenders);
        try {
            Callable<Boolean> contender = () -> {
                try {
                    RunLease unused = acquire(SILENT, Duration.ZERO);
                    return true;
                } catch (LockstepException e) {
                    return false;
                }
            };
            int winners = 0;
            for (Future<Boolean> result :
                    threads.invokeAll(List.of(contender, contender, contender, contender), 40, TimeUnit.SECONDS)) {
                winners += result.get() ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    RunDirectory run() {
        return run;
    }

    RunLease acquire(LeaseTiming timing, Duration waitAtMost) {
        return RunLease.acquire(run, timing, waitAtMost, waiting -> {});
    }
}
