package dev.lockstep.spark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The parts of a run's samples, a line for each:
 *
 * <pre>
 * Train:      48000 samples, of the classes 0 to 9: 4780 4805 ...
 * Validation: 12000 samples, of the classes 0 to 9: 1220 1195 ...
 * </pre>
 */
final class SplitLines {
    /** More classes than fit into a line are told by their smallest and largest. */
    private static final int MOST_CLASSES_SHOWN = 20;

    private SplitLines() {}

    static String of(ObjectNode event) {
        List<String> lines = new ArrayList<>();
        for (String part : List.of("train", "validation", "test")) {
            JsonNode found = event.path(part);
            if (found.isObject()) {
                String title = part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1) + ":";
                lines.add(String.format(
                        Locale.ROOT,
                        "%-11s %d samples%s",
                        title,
                        found.path("samples").asLong(),
                        classes(found)));
            }
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static String classes(JsonNode part) {
        JsonNode counts = part.path("class_counts");
        if (!counts.isArray() || counts.isEmpty()) {
            return "";
        }
        List<Long> numbers = new ArrayList<>();
        counts.forEach(count -> numbers.add(count.asLong()));
        if (numbers.size() > MOST_CLASSES_SHOWN) {
            return String.format(
                    Locale.ROOT,
                    ", of %d classes %d to %d each",
                    numbers.size(),
                    numbers.stream().mapToLong(Long::longValue).min().orElse(0),
                    numbers.stream().mapToLong(Long::longValue).max().orElse(0));
        }
        return ", of the classes 0 to " + (numbers.size() - 1) + ": "
                + String.join(" ", numbers.stream().map(String::valueOf).toList());
    }
}
