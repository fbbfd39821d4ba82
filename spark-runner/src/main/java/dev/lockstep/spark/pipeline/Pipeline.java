package dev.lockstep.spark.pipeline;

import dev.lockstep.core.error.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of a pipeline: the days that are due, one after the other. To be used by the holder of its lease. */
final class Pipeline {
    /** What tells of the day alone; anything else would meet the next day too. */
    private static final Set<ExitCode> OF_THE_DAY =
            Set.of(ExitCode.DATA, ExitCode.MODEL, ExitCode.DIVERGED, ExitCode.REFUSED, ExitCode.NO_DATA);

    private final PipelineContext context;

    Pipeline(PipelineContext context) {
        this.context = context;
    }

    /**
     * Works on the days that are due.
     *
     * @param asked the only day, or null for what the schedule says
     * @param again whether it begins anew although it may be finished
     * @return the highest exit code of a day
     */
    int run(@Nullable LocalDate asked, boolean again) {
        LocalDate newest = context.newestDay();
        List<LocalDate> days = asked == null ? due(newest) : List.of(asked);
        if (days.isEmpty()) {
            context.terminal()
                    .accept("Nothing is due: the newest day is " + newest + ", schedule.start is "
                            + context.spec().schedule().firstDay());
        }
        int worst = ExitCode.COMPLETED.number();
        for (LocalDate date : days) {
            boolean patiently = asked != null || date.equals(newest);
            int code = new DayRun(context, context.day(date), patiently).run(again);
            worst = Math.max(worst, code);
            if (code != ExitCode.COMPLETED.number() && !isOfTheDay(code)) {
                break;
            }
        }
        return worst;
    }

    private static boolean isOfTheDay(int code) {
        return OF_THE_DAY.stream().anyMatch(each -> each.number() == code);
    }

    private List<LocalDate> due(LocalDate newest) {
        try {
            Optional<LocalDate> last = lastFinished();
            List<LocalDate> days = DueDays.of(context.spec().schedule(), newest, last);
            // A day that is done says so again.
            return days.isEmpty() && context.day(newest).end().isPresent() ? List.of(newest) : days;
        } catch (IOException e) {
            throw new UncheckedIOException(context.days().location(), e);
        }
    }

    /** Found from the newest on: a pipeline may have thousands of days. */
    private Optional<LocalDate> lastFinished() throws IOException {
        List<String> names = context.days().list();
        for (int i = names.size() - 1; i >= 0; i--) {
            if (ScheduleSpec.isDate(names.get(i))) {
                LocalDate date = LocalDate.parse(names.get(i));
                if (context.day(date).end().isPresent()) {
                    return Optional.of(date);
                }
            }
        }
        return Optional.empty();
    }
}
