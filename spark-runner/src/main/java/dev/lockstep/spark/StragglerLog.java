package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/** Names workers that keep the others waiting, each at most once in a while, with what was lost to it since the start. */
final class StragglerLog {
    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Consumer<String> warnings;
    private final LongSupplier clock;
    private final Map<Integer, Double> lost = new HashMap<>();
    private final Map<Integer, Long> lastWarned = new HashMap<>();

    /**
     * Warns of nothing yet.
     *
     * @param clock in nanoseconds
     */
    StragglerLog(Consumer<String> warnings, LongSupplier clock) {
        this.warnings = warnings;
        this.clock = clock;
    }

    /**
     * Looks at an epoch.
     *
     * @param names what is known of where a rank is
     */
    void epochEnded(ObjectNode event, IntFunction<String> names) {
        JsonNode losses = event.path("lost_seconds");
        for (int rank = 0; rank < losses.size(); rank++) {
            lost.merge(rank, losses.get(rank).asDouble(), Double::sum);
        }
        for (JsonNode straggler : event.path("stragglers")) {
            int rank = straggler.path("rank").asInt();
            Long last = lastWarned.get(rank);
            long now = clock.getAsLong();
            if (last == null || now - last >= INTERVAL_NANOS) {
                lastWarned.put(rank, now);
                warnings.accept(sentence(event, straggler, names.apply(rank), lost.getOrDefault(rank, 0.0)));
            }
        }
    }

    private static String sentence(ObjectNode event, JsonNode straggler, String name, double lostInAll) {
        String slower = straggler.path("times_slower").isNumber()
                ? String.format(
                        Locale.ROOT,
                        "was %.1f times slower than the others",
                        straggler.path("times_slower").asDouble())
                : "worked while the others had nothing to do";
        return String.format(
                Locale.ROOT,
                "%s %s in epoch %d: they waited %.1f s for it in this epoch, %.1f s since the start. Is its host busy or"
                        + " slower, or its data far away? Nothing is dropped; setting: cluster.straggler_factor",
                name,
                slower,
                event.path("epoch").asInt(),
                straggler.path("lost_seconds").asDouble(),
                lostInAll);
    }
}
