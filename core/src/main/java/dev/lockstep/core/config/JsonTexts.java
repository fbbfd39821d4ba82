package dev.lockstep.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** Every text of a tree in turn, with where it stands. */
final class JsonTexts {
    /** What becomes of a text. */
    @FunctionalInterface
    interface Mapping {
        /**
         * The text that takes its place.
         *
         * @param path of the text, dotted
         * @param key it stands under; empty for an element of a list
         */
        String of(String path, String key, String text);
    }

    private JsonTexts() {}

    /** A copy of the tree in which each text has been replaced. */
    static JsonNode map(JsonNode node, Mapping mapping) {
        return map(node, "", "", mapping);
    }

    private static JsonNode map(JsonNode node, String path, String key, Mapping mapping) {
        if (node.isTextual()) {
            return TextNode.valueOf(mapping.of(path, key, node.textValue()));
        } else if (node instanceof ObjectNode object) {
            ObjectNode copy = object.objectNode();
            object.properties()
                    .forEach(field -> copy.set(
                            field.getKey(),
                            map(field.getValue(), Variables.below(path, field.getKey()), field.getKey(), mapping)));
            return copy;
        } else if (node instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode();
            for (int i = 0; i < array.size(); i++) {
                copy.add(map(array.get(i), Variables.below(path, String.valueOf(i)), "", mapping));
            }
            return copy;
        }
        return node;
    }
}
