package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.logging.RecordedLog;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StaffingTest {
    private static final LockstepException FAILURE = new LockstepException(ExitCode.CLUSTER, "rank 1 is missing");

    private final AtomicInteger slots = new AtomicInteger(4);

    private Staffing staffing(boolean asked) {
        return new Staffing(4, asked, slots::get, 120);
    }

    @Test
    void theClustersNumberFollowsTheExecutorsThatAreThere() {
        Staffing staffing = staffing(false);
        assertThat(staffing.workers()).isEqualTo(4);
        slots.set(2);
        try (RecordedLog log = new RecordedLog(Staffing.class)) {
            staffing.next(120, FAILURE);
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("2 instead of 4 workers", "learning rate stay");
        }
        assertThat(staffing.workers()).isEqualTo(2);
        slots.set(6);
        staffing.next(0, FAILURE);
        assertThat(staffing.workers()).as("more again, never more than planned").isEqualTo(4);
    }

    @Test
    void aNumberThatWasAskedForIsNotLowered() {
        Staffing staffing = staffing(true);
        slots.set(3);
        assertThatThrownBy(() -> staffing.next(119.9, FAILURE))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.CLUSTER))
                .hasMessageContainingAll("have 3, need 4", "--workers", "cluster.join_seconds", "rank 1 is missing");
    }

    @Test
    void withoutAnyExecutorThereIsNoNextAttempt() {
        Staffing staffing = staffing(false);
        slots.set(0);
        assertThatThrownBy(() -> staffing.next(135, FAILURE)).hasMessageContaining("have 0, need 4");
    }

    /** What failed for another reason, while an executor was just being replaced. */
    @Test
    void workersThatMayStillComeAreWaitedForByTheNextAttempt() {
        Staffing staffing = staffing(true);
        slots.set(3);
        staffing.next(5, FAILURE);
        assertThat(staffing.workers()).isEqualTo(4);
    }

    @Test
    void whatFailedWithAllWorkersThereIsTriedWithAsMany() {
        Staffing staffing = staffing(false);
        staffing.next(0, FAILURE);
        assertThat(staffing.workers()).isEqualTo(4);
    }
}
