package dev.lockstep.spark.pipeline;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which days a run works on. Missed days are those after the last finished one: an older gap is never filled by itself,
 * for its model would be older than the current one.
 */
final class DueDays {
    private DueDays() {}

    /**
     * The days, the oldest first; empty when all is done.
     *
     * @param newest the day that the clock gives
     * @param lastFinished the newest day that is finished
     */
    static List<LocalDate> of(ScheduleSpec schedule, LocalDate newest, Optional<LocalDate> lastFinished) {
        LocalDate first = first(schedule.firstDay(), newest, lastFinished);
        if (newest.isBefore(first)) {
            return List.of();
        }
        return switch (schedule.catchUp()) {
            case NONE -> List.of(newest);
            case LATEST -> newest.equals(first) ? List.of(newest) : List.of(newest.minusDays(1), newest);
            case ALL -> all(first, newest);
        };
    }

    private static LocalDate first(@Nullable LocalDate start, LocalDate newest, Optional<LocalDate> lastFinished) {
        LocalDate first = lastFinished.map(day -> day.plusDays(1)).orElse(start == null ? newest : start);
        return start != null && first.isBefore(start) ? start : first;
    }

    private static List<LocalDate> all(LocalDate first, LocalDate newest) {
        List<LocalDate> days = new ArrayList<>();
        for (LocalDate day = first; !day.isAfter(newest); day = day.plusDays(1)) {
            days.add(day);
        }
        return days;
    }
}
