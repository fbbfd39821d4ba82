package dev.lockstep.spark.cli;

import java.util.Locale;
import java.util.Set;

/** How figures are written for people. */
public final class Figures {
    private static final double SMALLEST_IN_FOUR_DECIMALS = 0.001;
    private static final double LARGEST_IN_FOUR_DECIMALS = 100_000;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int MINUTES_PER_HOUR = 60;
    private static final int HOURS_PER_DAY = 24;

    /** Numbers of an event that say how far a run is, and how fast. */
    private static final Set<String> COUNTS = Set.of(
            "epoch",
            "epochs",
            "step",
            "step_in_epoch",
            "steps_per_epoch",
            "seconds",
            "samples",
            "samples_per_second",
            "bytes_per_step",
            "learning_rate",
            "workers",
            "generation",
            "rank",
            "time");

    private Figures() {}

    /** Whether a number in an event says how good the model is. */
    public static boolean isOfTheModel(String key) {
        return !COUNTS.contains(key) && !key.endsWith("_seconds");
    }

    /** Four decimals, or three significant digits with an exponent where those would say nothing. */
    public static String value(double value) {
        double magnitude = Math.abs(value);
        boolean plain =
                magnitude == 0 || (magnitude >= SMALLEST_IN_FOUR_DECIMALS && magnitude < LARGEST_IN_FOUR_DECIMALS);
        return String.format(Locale.ROOT, plain ? "%.4f" : "%.2e", value);
    }

    /** Such as {@code 0.7 s} or {@code 2 min 5 s}. */
    public static String seconds(double seconds) {
        if (seconds < SECONDS_PER_MINUTE) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole / SECONDS_PER_MINUTE + " min " + whole % SECONDS_PER_MINUTE + " s";
    }

    /** As far as anybody plans: such as {@code 40 s}, {@code 2 min}, {@code 3 h 5 min} or {@code 2 d 4 h}. */
    public static String duration(double seconds) {
        long whole = Math.max(1, Math.round(seconds));
        long minutes = Math.round(seconds / SECONDS_PER_MINUTE);
        if (whole < 2 * SECONDS_PER_MINUTE) {
            return whole + " s";
        } else if (minutes < 2 * MINUTES_PER_HOUR) {
            return minutes + " min";
        }
        long hours = minutes / MINUTES_PER_HOUR;
        return hours < 2 * HOURS_PER_DAY
                ? hours + " h " + minutes % MINUTES_PER_HOUR + " min"
                : hours / HOURS_PER_DAY + " d " + hours % HOURS_PER_DAY + " h";
    }

    /** Such as {@code 850}, {@code 6.1k}, {@code 61k} or {@code 1.2M}. */
    public static String count(double perSecond) {
        if (perSecond < 999.5) {
            return String.format(Locale.ROOT, "%.0f", perSecond);
        }
        if (perSecond < 9_950) {
            return String.format(Locale.ROOT, "%.1fk", perSecond / 1e3);
        }
        if (perSecond < 999_500) {
            return String.format(Locale.ROOT, "%.0fk", perSecond / 1e3);
        }
        return String.format(Locale.ROOT, "%.1fM", perSecond / 1e6);
    }

    /** Such as {@code 850 bytes}, {@code 306 kB} or {@code 1.3 MB}; a kilobyte has 1000 bytes. */
    public static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + " bytes";
        }
        if (bytes < 999_500) {
            return String.format(Locale.ROOT, "%.0f kB", bytes / 1e3);
        }
        if (bytes < 999_500_000) {
            return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
        }
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
