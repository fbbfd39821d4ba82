package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Compares the job of a run directory with the job that is to go on in it. What the parameters are a function of must
 * not change in the middle; epochs, metrics, workers, master and checkpoint policy may.
 */
final class JobChanges {
    private static final Set<String> FIXED = Set.of("seed", "data", "model", "training", "cluster.sync", "determinism");
    private static final Set<String> FREE = Set.of("training.epochs", "training.metrics", "training.on_divergence");

    /** A layer that is added or taken out shifts all that follow it. */
    private static final int MOST_SHOWN = 8;

    private JobChanges() {}

    /** The changed keys that forbid going on, each with the old and the new value; empty when the run may go on. */
    static List<String> forbidden(JsonNode old, JsonNode now) {
        Map<String, String> before = flatten(old);
        Map<String, String> after = flatten(now);
        List<String> changes = new ArrayList<>();
        Map<String, String> all = new LinkedHashMap<>(before);
        all.putAll(after);
        for (String key : all.keySet()) {
            if (isFixed(key) && !Objects.equals(before.get(key), after.get(key))) {
                changes.add(key + ": was " + before.getOrDefault(key, "absent") + ", now "
                        + after.getOrDefault(key, "absent"));
            }
        }
        if (changes.size() > MOST_SHOWN) {
            String more = "and " + (changes.size() - MOST_SHOWN) + " more";
            changes.subList(MOST_SHOWN, changes.size()).clear();
            changes.add(more);
        }
        return changes;
    }

    private static boolean isFixed(String key) {
        return FIXED.stream().anyMatch(prefix -> isWithin(key, prefix))
                && FREE.stream().noneMatch(prefix -> isWithin(key, prefix));
    }

    private static boolean isWithin(String key, String prefix) {
        return key.equals(prefix) || key.startsWith(prefix + ".");
    }

    private static Map<String, String> flatten(JsonNode node) {
        Map<String, String> leaves = new LinkedHashMap<>();
        flatten("", node, leaves);
        return leaves;
    }

    private static void flatten(String path, JsonNode node, Map<String, String> leaves) {
        if (node.isContainerNode() && !node.isEmpty()) {
            String prefix = path.isEmpty() ? "" : path + ".";
            if (node.isObject()) {
                node.fields().forEachRemaining(field -> flatten(prefix + field.getKey(), field.getValue(), leaves));
            } else {
                for (int i = 0; i < node.size(); i++) {
                    flatten(prefix + i, node.get(i), leaves);
                }
            }
        } else if (!node.isNull()) {
            leaves.put(path, node.asText());
        }
    }
}
