package dev.lockstep.spark.pipeline;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Which days there are.
 *
 * @param start the first day, ISO; null for the first one that is asked for
 * @param timeZone of the days
 * @param daysBack how far behind today the newest day is
 * @param catchUp what becomes of missed days
 */
public record ScheduleSpec(
        @Setting(
                        value =
                                "The first day, such as 2026-01-01; no earlier one is worked on unless `--date` asks for"
                                        + " it. By default the day of the first run.",
                        optional = true)
                @Nullable
                String start,
        @Setting(value = "In which days begin and end: a name such as `Europe/Berlin`, or `UTC`.", byDefault = "UTC")
                String timeZone,
        @Setting(
                        value = "The newest day is today less so many days: 1 where a run at night works on the data of"
                                + " yesterday.",
                        byDefault = "0")
                int daysBack,
        @Setting(
                        value =
                                "What becomes of days that were missed: those after the last finished one. For them data"
                                        + " are looked for once, without waiting.",
                        byDefault = "latest")
                CatchUp catchUp) {
    public ScheduleSpec {
        new Checks()
                .that("start", start == null || isDate(start), "a day such as 2026-01-01", String.valueOf(start))
                .that("time_zone", isZone(timeZone), "a time zone such as Europe/Berlin or UTC", timeZone)
                .that("days_back", daysBack >= 0, "a whole number not below 0", daysBack)
                .done();
    }

    /** The first day; null where none is given. */
    @Nullable
    LocalDate firstDay() {
        return start == null ? null : LocalDate.parse(start);
    }

    ZoneId zone() {
        return ZoneId.of(timeZone);
    }

    static boolean isDate(String text) {
        try {
            return text.length() == 10 && LocalDate.parse(text).getYear() > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isZone(String text) {
        try {
            return !ZoneId.of(text).getId().isEmpty();
        } catch (DateTimeException e) {
            return false;
        }
    }
}
