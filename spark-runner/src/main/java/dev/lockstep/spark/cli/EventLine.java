package dev.lockstep.spark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A line such as {@code Checkpoint: epoch 3, step 987, path runs/digits/checkpoints/987} for any event of a run. */
final class EventLine {
    private EventLine() {}

    static String of(ObjectNode event) {
        String name = event.path("event").asText("event").replace('_', ' ');
        String title = name.isEmpty() ? "Event" : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        List<String> fields = new ArrayList<>();
        for (Iterator<Map.Entry<String, JsonNode>> entries = event.fields(); entries.hasNext(); ) {
            Map.Entry<String, JsonNode> entry = entries.next();
            if (!entry.getKey().equals("event")
                    && !entry.getKey().equals("time")
                    && !entry.getValue().isNull()) {
                fields.add(field(entry.getKey(), entry.getValue()));
            }
        }
        return fields.isEmpty() ? title : title + ": " + String.join(", ", fields);
    }

    private static String field(String key, JsonNode value) {
        if (key.equals("message")) {
            return value.asText();
        }
        if (key.equals("seconds") && value.isNumber()) {
            return Figures.seconds(value.asDouble());
        }
        String text = value.isFloatingPointNumber() ? Figures.value(value.asDouble()) : plain(value);
        return key.replace('_', ' ') + " " + text;
    }

    private static String plain(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }
}
