package dev.lockstep.core.collective;

import java.time.Duration;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Says in words which of a group's ranks something holds for. */
public final class Ranks {
    private Ranks() {}

    /** "rank 2" or "ranks 0, 2": those for which the condition holds; empty for none. */
    public static String describe(int size, IntPredicate condition) {
        int[] ranks = IntStream.range(0, size).filter(condition).toArray();
        if (ranks.length == 0) {
            return "";
        }
        StringBuilder text = new StringBuilder(ranks.length == 1 ? "rank " : "ranks ").append(ranks[0]);
        for (int i = 1; i < ranks.length; i++) {
            text.append(", ").append(ranks[i]);
        }
        return text.toString();
    }

    /** Why the workers of a run could not meet, and which setting governs it. */
    public static String joinTimedOut(Duration waited, int size, IntPredicate missing) {
        return "waited " + seconds(waited) + " s for workers: "
                + IntStream.range(0, size).filter(missing).count() + " of " + size + " missing ("
                + describe(size, missing) + "); have they enough executors? setting: cluster.join_seconds";
    }

    /** A duration in seconds, without needless decimals. */
    public static String seconds(Duration duration) {
        double seconds = duration.toMillis() / 1e3;
        return seconds == Math.rint(seconds)
                ? Long.toString((long) seconds)
                : String.format(Locale.ROOT, "%.3f", seconds);
    }
}
