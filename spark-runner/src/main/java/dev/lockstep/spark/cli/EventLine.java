package dev.lockstep.spark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A line such as {@code Checkpoint: step 987, 1.3 MB, 0.1 s} for any event of a run. Places and other figures of an event
 * are in metrics.jsonl.
 */
public final class EventLine {
    private EventLine() {}

    /** The line. */
    public static String of(ObjectNode event) {
        return switch (event.path("event").asText()) {
            case "application" -> application(event);
            case "checkpoint" -> checkpoint(event);
            case "checkpoint_failed" -> String.format(
                    Locale.ROOT,
                    "Checkpoint of step %d was not written (attempt %d%s): %s",
                    step(event),
                    event.path("attempt").asLong(1),
                    again(event.path("retry_in_seconds")),
                    reason(event));
            case "checkpoint_damaged" -> String.format(
                    Locale.ROOT,
                    "Checkpoint of step %d is damaged and passed over: %s",
                    step(event),
                    reason(event).replaceFirst("^damaged: ", ""));
            case "checkpoint_prune_failed" -> "Old checkpoints could not be deleted: " + reason(event);
            case "membership" -> membership(event);
            case "worker_lost" -> "Worker " + event.path("rank").asInt() + " is lost: " + reason(event);
            case "executor_lost" -> "Executor " + event.path("executor").asText() + " is lost: " + reason(event)
                    + (event.path("advice").isTextual()
                            ? "; " + event.path("advice").asText()
                            : "");
            case "recovered" -> "Step " + step(event) + " was completed "
                    + Figures.seconds(event.path("seconds").asDouble()) + " after the loss";
            case "resume" -> resume(event);
            case "splits" -> SplitLines.of(event);
            case "step_skipped" -> "Skipped " + steps(event) + ": " + reason(event);
            case "rolled_back" -> "Rolled back, leaving out " + steps(event) + ": " + reason(event);
            case "diverged" -> "Diverged at step " + step(event);
            case "restart" -> String.format(
                    Locale.ROOT,
                    "Restart %d of %d: %s",
                    event.path("restarts").asLong(),
                    event.path("of").asLong(),
                    reason(event));
            default -> anything(event);
        };
    }

    private static long step(ObjectNode event) {
        return event.path("step").asLong();
    }

    private static String steps(ObjectNode event) {
        long from = event.path("from_step").asLong(step(event));
        return from == step(event) ? "step " + from : "steps " + from + " to " + step(event);
    }

    private static String again(JsonNode seconds) {
        return seconds.isNumber() ? ", again in " + Figures.seconds(seconds.asDouble()) : "";
    }

    private static String reason(ObjectNode event) {
        return event.path("reason").asText("no reason is known");
    }

    private static String application(ObjectNode event) {
        return "Spark application " + event.path("application_id").asText() + " on "
                + event.path("master").asText()
                + (event.path("event_log").isTextual()
                        ? ", event log: " + event.path("event_log").asText()
                        : "")
                + (event.path("ui").isTextual()
                        ? ", Spark UI: " + event.path("ui").asText()
                        : "");
    }

    private static String checkpoint(ObjectNode event) {
        return "Checkpoint: step " + step(event) + ", "
                + Figures.bytes(event.path("bytes").asLong()) + ", "
                + Figures.seconds(event.path("seconds").asDouble());
    }

    private static String membership(ObjectNode event) {
        long workers = event.path("workers").asLong();
        String all = workers == 1 ? "The worker is there" : "All " + workers + " workers are there";
        if (event.path("generation").asLong() <= 1) {
            return all;
        }
        // Step 0: nobody has a state; a line follows that tells which checkpoint they resume from, if there is one.
        return all + " again" + (step(event) == 0 ? "" : " and go on after step " + step(event));
    }

    private static String resume(ObjectNode event) {
        long stepInEpoch = event.path("step_in_epoch").asLong();
        return "Resume: from the checkpoint of step " + step(event) + ", epoch "
                + event.path("epoch").asLong() + "/" + event.path("epochs").asLong()
                + (stepInEpoch == 0
                        ? ""
                        : " after " + stepInEpoch + "/"
                                + event.path("steps_per_epoch").asLong() + " steps");
    }

    private static String anything(ObjectNode event) {
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
