package dev.lockstep.spark.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.KeptJob;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows the events of a run. On a terminal the epoch in progress is one line, redrawn in place, and other events
 * appear above it; elsewhere there is one line for each finished epoch and each other event, with the time,
 * and one a minute in an epoch that takes longer.
 *
 * <p>The line is drawn here rather than by a progress-bar library: those that can place one at all bring JLine for it,
 * whose packages exist in another version among Spark's own jars, where that one wins under spark-submit.
 */
public final class ProgressDisplay implements AutoCloseable {
    private static final String ERASE_LINE = "\r\u001b[K";
    private static final long MOST_SILENT_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss ", Locale.ROOT);

    private final PrintStream output;
    private final boolean live;
    private final IntSupplier columns;
    private final Supplier<String> stamp;
    private final LongSupplier nanoTime;
    private long lastLineNanos;
    private @Nullable PrintStream errors;
    private String drawn = "";
    private int width;

    /**
     * A display.
     *
     * @param output where lines go
     * @param live whether it is a terminal, whose last line can be redrawn
     * @param columns its width in characters, asked again for every epoch
     */
    public ProgressDisplay(PrintStream output, boolean live, IntSupplier columns) {
        this(output, live, columns, () -> "", System::nanoTime);
    }

    /**
     * A display with the time.
     *
     * @param stamp what the line of an event begins with where the last one cannot be redrawn
     * @param nanoTime the clock, as {@link System#nanoTime()}
     */
    ProgressDisplay(
            PrintStream output, boolean live, IntSupplier columns, Supplier<String> stamp, LongSupplier nanoTime) {
        this.output = output;
        this.live = live;
        this.columns = columns;
        this.stamp = stamp;
        this.nanoTime = nanoTime;
        this.lastLineNanos = nanoTime.getAsLong();
    }

    /**
     * The display for standard output, live if that is a terminal. Until a live one is closed, the lines of standard
     * error, such as warnings, appear above its line too.
     */
    public static ProgressDisplay onStandardOutput() {
        ProgressDisplay display = new ProgressDisplay(
                System.out,
                Terminal.isPresent(),
                Terminal::columns,
                () -> LocalDateTime.now(ZoneId.systemDefault()).format(TIME),
                System::nanoTime);
        if (display.live) {
            System.setErr(display.above(System.err));
        }
        return display;
    }

    /** A stream for the lines of others: they go where they went, with the line that is being redrawn below them. */
    PrintStream above(PrintStream others) {
        errors = others;
        return new PrintStream(
                new LinesAbove(line -> {
                    synchronized (this) {
                        String interrupted = drawn;
                        erase();
                        output.flush();
                        others.write(line, 0, line.length);
                        others.flush();
                        redraw(interrupted);
                    }
                }),
                true,
                Charset.defaultCharset());
    }

    /**
     * Shows an event. May be called from any thread.
     *
     * @param event with the field {@code event}: {@code progress} is drawn live, {@code epoch} is the final line of an
     *     epoch, every other kind a line of its own
     */
    public synchronized void show(ObjectNode event) {
        switch (event.path("event").asText()) {
            case "progress" -> draw(event);
            case "epoch" -> {
                if (live) {
                    erase();
                    output.println(EpochLine.of(event).fitted(currentWidth()));
                    output.flush();
                    width = 0;
                } else {
                    plain(EpochLine.of(event).plain());
                }
            }
            default -> {
                if (live) {
                    above(EventLine.of(event));
                } else {
                    plain(EventLine.of(event));
                }
            }
        }
    }

    /** With the time: a file is read later. */
    private void plain(String line) {
        lastLineNanos = nanoTime.getAsLong();
        String time = stamp.get();
        above(time + line.replace("\n", "\n" + " ".repeat(time.length())));
    }

    /** Shows a line above the one that is being redrawn. */
    public synchronized void above(String line) {
        String interrupted = drawn;
        erase();
        output.println(KeptJob.masked(line));
        redraw(interrupted);
    }

    /** Ends a line that is still being redrawn, so that what follows begins on one of its own. */
    @Override
    public synchronized void close() {
        if (!drawn.isEmpty()) {
            output.println();
            output.flush();
            drawn = "";
        }
        if (errors != null) {
            System.err.flush();
            System.setErr(errors);
            errors = null;
        }
    }

    private void redraw(String interrupted) {
        output.print(interrupted);
        drawn = interrupted;
        output.flush();
    }

    private void draw(ObjectNode event) {
        if (!live) {
            // An epoch may take an hour: whoever reads the log then wants to know that it goes on.
            if (nanoTime.getAsLong() - lastLineNanos >= MOST_SILENT_NANOS) {
                plain(EpochLine.of(event).plain());
            }
            return;
        }
        erase();
        drawn = EpochLine.of(event).cut(currentWidth());
        output.print(drawn);
        output.flush();
    }

    private int currentWidth() {
        if (width == 0) {
            width = columns.getAsInt();
        }
        return width;
    }

    private void erase() {
        if (!drawn.isEmpty()) {
            output.print(ERASE_LINE);
            drawn = "";
        }
    }
}
