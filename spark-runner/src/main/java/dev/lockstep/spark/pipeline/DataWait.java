package dev.lockstep.spark.pipeline;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Waits until the data of a day are complete, or the deadline has passed. */
final class DataWait {
    private static final double LONGEST_PAUSE_SECONDS = 1;

    private final DayDataSpec data;
    private final Places places;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private final BooleanSupplier stopRequested;
    private final long startNanos;

    /** Where files are looked for. */
    @FunctionalInterface
    interface Places {
        boolean exists(String path) throws IOException;
    }

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void seconds(double seconds) throws InterruptedException;
    }

    /** The deadline counts from here on. */
    DataWait(DayDataSpec data, Places places, LongSupplier nanoTime, Pause pause, BooleanSupplier stopRequested) {
        this.data = data;
        this.places = places;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.stopRequested = stopRequested;
        this.startNanos = nanoTime.getAsLong();
    }

    /**
     * Returns when the data are there.
     *
     * @param path of the day
     * @param patiently whether they are waited for, or looked for once
     * @param waiting is told once that they are waited for
     * @throws LockstepException with {@link ExitCode#NO_DATA} when they have not come, with {@link ExitCode#CLUSTER}
     *     when the file system did not tell, with {@link ExitCode#STOPPED} on request
     */
    void await(String path, boolean patiently, Consumer<String> waiting) {
        String wanted = data.hasMarker() ? path + "/" + data.marker() : path;
        boolean told = false;
        while (true) {
            IOException trouble = null;
            try {
                if (places.exists(wanted)) {
                    return;
                }
            } catch (IOException e) {
                trouble = e;
            }
            double left = patiently ? data.waitMinutes() * 60 - (nanoTime.getAsLong() - startNanos) / 1e9 : 0;
            if (left <= 0) {
                throw missing(wanted, patiently, trouble);
            }
            if (!told) {
                waiting.accept(String.format(
                        Locale.ROOT, "waiting for %s, for %.0f minutes at most", wanted, Math.ceil(left / 60)));
                told = true;
            }
            pause(Math.min(data.pollSeconds(), left));
        }
    }

    private void pause(double seconds) {
        try {
            for (double left = seconds; left > 0; left -= LONGEST_PAUSE_SECONDS) {
                requireNoStop();
                pause.seconds(Math.min(left, LONGEST_PAUSE_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockstepException(ExitCode.STOPPED, "interrupted while waiting for data", e);
        }
        requireNoStop();
    }

    private void requireNoStop() {
        if (stopRequested.getAsBoolean()) {
            throw new LockstepException(
                    ExitCode.STOPPED, "stopped on request while waiting for data; the same command waits again");
        }
    }

    private LockstepException missing(String wanted, boolean patiently, @Nullable IOException trouble) {
        String after = patiently
                ? String.format(Locale.ROOT, " after %.3g minutes (data.wait_minutes)", data.waitMinutes())
                : "";
        if (trouble != null) {
            return new LockstepException(
                    ExitCode.CLUSTER,
                    wanted + " cannot be looked at" + after + ": " + trouble.getMessage()
                            + "; check that the file system is up, then give the same command again",
                    trouble);
        }
        return new LockstepException(
                ExitCode.NO_DATA,
                "no data: expected " + wanted + ", found nothing there" + after
                        + "; the same command looks again"
                        + (data.hasMarker() ? ". Where nothing writes such a file: data.marker: none" : ""));
    }
}
