package dev.lockstep.spark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DueDaysTest {
    private static final LocalDate NEWEST = LocalDate.of(2026, 3, 2);

    private static List<LocalDate> due(CatchUp catchUp, @Nullable String start, @Nullable LocalDate lastFinished) {
        return DueDays.of(new ScheduleSpec(start, "UTC", 0, catchUp), NEWEST, Optional.ofNullable(lastFinished));
    }

    @Test
    void nothingWasMissed() {
        for (CatchUp catchUp : CatchUp.values()) {
            assertThat(due(catchUp, null, null)).containsExactly(NEWEST);
            assertThat(due(catchUp, null, NEWEST.minusDays(1))).containsExactly(NEWEST);
            assertThat(due(catchUp, "2026-03-02", null)).containsExactly(NEWEST);
        }
    }

    @Test
    void finishedDaysAndThoseBeforeTheStartAreNotDue() {
        for (CatchUp catchUp : CatchUp.values()) {
            assertThat(due(catchUp, null, NEWEST)).isEmpty();
            assertThat(due(catchUp, null, NEWEST.plusDays(3))).isEmpty();
            assertThat(due(catchUp, "2026-03-03", null)).isEmpty();
        }
    }

    @Test
    void missedDaysFollowThePolicy() {
        LocalDate last = LocalDate.of(2026, 2, 26);
        assertThat(due(CatchUp.ALL, null, last))
                .containsExactly(last.plusDays(1), last.plusDays(2), NEWEST.minusDays(1), NEWEST);
        assertThat(due(CatchUp.LATEST, null, last)).containsExactly(NEWEST.minusDays(1), NEWEST);
        assertThat(due(CatchUp.NONE, null, last)).containsExactly(NEWEST);
    }

    @Test
    void withoutAFinishedDayTheStartCounts() {
        assertThat(due(CatchUp.ALL, "2026-02-28", null)).hasSize(3).endsWith(NEWEST);
        assertThat(due(CatchUp.ALL, "2026-02-28", LocalDate.of(2026, 1, 1))).hasSize(3);
    }
}
