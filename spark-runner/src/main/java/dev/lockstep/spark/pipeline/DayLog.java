package dev.lockstep.spark.pipeline;

import dev.lockstep.cluster.storage.LineWriter;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.config.KeptJob;
import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens on a day: to the terminal, and appended to {@code logs/DAY.log} of the pipeline. Trouble with the file is
 * told and no more.
 */
final class DayLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DayLog.class);
    private static final String SUFFIX = ".log";

    private final Clock clock;
    private final Consumer<String> terminal;
    private final List<Entry> entries = new ArrayList<>();
    private @Nullable LineWriter lines;

    /**
     * Something that happened.
     *
     * @param time UTC, ISO 8601, to the second
     * @param text one line
     */
    record Entry(String time, String text) {}

    private DayLog(Clock clock, Consumer<String> terminal, @Nullable LineWriter lines) {
        this.clock = clock;
        this.terminal = terminal;
        this.lines = lines;
    }

    /** Opens the log of a day to append to it. */
    static DayLog open(RunDirectory logs, LocalDate day, Clock clock, Consumer<String> terminal) {
        try {
            logs.make();
            return new DayLog(clock, terminal, logs.appendLines(day + SUFFIX));
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", logs.resolve(day + SUFFIX), e.toString());
            return new DayLog(clock, terminal, null);
        }
    }

    /** Tells a line, without its secrets. */
    void say(String text) {
        for (String line : KeptJob.masked(text).lines().toList()) {
            terminal.accept(line);
            note(line);
        }
    }

    /** The same for the file alone: what the terminal has heard, or need not hear. */
    void note(String line) {
        String time = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        entries.add(new Entry(time, line));
        append(time + " " + line);
    }

    private void append(String line) {
        if (lines == null) {
            return;
        }
        try {
            lines.append(line);
        } catch (IOException e) {
            LOG.warn("The log of the day is given up: {}", e.toString());
            lines = null;
        }
    }

    /** What was said since it was opened. */
    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Those of the names that are logs of days. */
    static List<String> ofDays(List<String> names) {
        return names.stream()
                .filter(name -> name.endsWith(SUFFIX)
                        && ScheduleSpec.isDate(name.substring(0, name.length() - SUFFIX.length())))
                .toList();
    }

    @Override
    public void close() {
        if (lines == null) {
            return;
        }
        try {
            lines.close();
        } catch (IOException e) {
            LOG.warn("The log of the day was not closed: {}", e.toString());
        }
    }
}
