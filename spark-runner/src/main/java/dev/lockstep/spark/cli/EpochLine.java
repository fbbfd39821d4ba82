package dev.lockstep.spark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * An epoch in one line, as Keras shows it.
 *
 * @param head such as {@code Epoch 3/10  329/329}
 * @param fraction of the epoch that is done, from 0 to 1
 * @param fields such as {@code loss 0.3728}, the most important first
 */
record EpochLine(String head, double fraction, List<String> fields) {
    static final int SHORTEST_BAR = 4;
    static final int LONGEST_BAR = 20;

    EpochLine {
        fields = List.copyOf(fields);
    }

    static EpochLine of(ObjectNode event) {
        long steps = event.path("steps_per_epoch").asLong();
        long done = event.path("step_in_epoch").asLong(steps);
        // As wide as at the end, so that the bar stands still while the number grows.
        String total = Long.toString(steps);
        String number =
                " ".repeat(Math.max(0, total.length() - Long.toString(done).length())) + done;
        String head = "Epoch " + event.path("epoch").asLong() + "/"
                + event.path("epochs").asLong() + "  " + number + "/" + total;
        return new EpochLine(head, steps <= 0 ? 1 : Math.min(1, (double) done / steps), fields(event));
    }

    /** With the shortest bar and every field: for files and pipes. */
    String plain() {
        return line(SHORTEST_BAR, fields);
    }

    /** With as long a bar as the terminal has room for, and every field even if that takes a second line. */
    String fitted(int columns) {
        return line(barLength(columns, fields), fields);
    }

    /** In one line of the terminal whatever its width: fields that have no room are left out. */
    String cut(int columns) {
        List<String> shown = fields;
        while (!shown.isEmpty() && line(SHORTEST_BAR, shown).length() >= columns) {
            shown = shown.subList(0, shown.size() - 1);
        }
        String line = line(barLength(columns, shown), shown);
        return line.length() < columns ? line : line.substring(0, Math.max(0, columns - 1));
    }

    /** One column stays free: a terminal wraps when its last one is written. */
    private int barLength(int columns, List<String> shown) {
        int free = columns - 1 - line(0, shown).length();
        return Math.max(SHORTEST_BAR, Math.min(LONGEST_BAR, free));
    }

    private String line(int barLength, List<String> shown) {
        StringBuilder line = new StringBuilder(head).append(" [");
        int filled = (int) (fraction * barLength);
        for (int place = 0; place < barLength; place++) {
            line.append(place < filled ? '=' : place == filled ? '>' : '.');
        }
        line.append(']');
        for (int index = 0; index < shown.size(); index++) {
            line.append(index == 0 ? " " : "  ").append(shown.get(index));
        }
        return line.toString();
    }

    private static List<String> fields(ObjectNode event) {
        List<String> fields = new ArrayList<>();
        if (event.path("seconds").isNumber()) {
            fields.add(Figures.seconds(event.path("seconds").asDouble()));
        }
        if (event.path("samples_per_second").isNumber()) {
            fields.add(Figures.count(event.path("samples_per_second").asDouble()) + " samples/s");
        }
        addFigures(event, false, fields);
        addFigures(event, true, fields);
        addCourse(event, fields);
        return fields;
    }

    /** Least important: a narrow terminal has no room for it. */
    private static void addCourse(ObjectNode event, List<String> fields) {
        if (event.path("workers").isNumber()) {
            long workers = event.path("workers").asLong();
            fields.add(workers + (workers == 1 ? " worker" : " workers"));
        }
        double left = event.path("eta_seconds").asDouble();
        if (left > 0) {
            fields.add("ETA " + Figures.duration(left));
        }
    }

    private static void addFigures(ObjectNode event, boolean ofValidation, List<String> fields) {
        for (Iterator<Map.Entry<String, JsonNode>> entries = event.fields(); entries.hasNext(); ) {
            Map.Entry<String, JsonNode> entry = entries.next();
            String key = entry.getKey();
            if (entry.getValue().isNumber() && key.startsWith("val_") == ofValidation && Figures.isOfTheModel(key)) {
                fields.add(key + " " + Figures.value(entry.getValue().asDouble()));
            }
        }
    }
}
