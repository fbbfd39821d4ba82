package dev.lockstep.core.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** JSON trees within limits: no typed binding, no duplicate keys, nothing after the end, bounded depth and lengths. */
public final class StrictJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxNumberLength(64)
                            .maxStringLength(1 << 20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /**
     * Reads one object.
     *
     * @throws IOException when it is none, with the place
     */
    public static ObjectNode parse(byte[] json) throws IOException {
        JsonNode tree = MAPPER.readTree(json);
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw new IOException("not a JSON object but " + tree.getNodeType());
    }

    /** Compact, members in the order of the tree: the same bytes for the same tree. */
    static byte[] compact(ObjectNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a JSON tree that cannot be written", e);
        }
    }

    /** Indented, for people. */
    static byte[] pretty(ObjectNode tree) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a JSON tree that cannot be written", e);
        }
    }

    /**
     * Refuses what JSON cannot hold.
     *
     * @throws IllegalArgumentException naming the member
     */
    static void requireFinite(String path, JsonNode node) {
        if (node.isFloatingPointNumber() && !node.isBigDecimal() && !Double.isFinite(node.doubleValue())) {
            throw new IllegalArgumentException(
                    "JSON has no number for " + node.asText() + " at " + path + ": leave the member out or use null");
        }
        node.fields().forEachRemaining(member -> requireFinite(path + "/" + member.getKey(), member.getValue()));
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                requireFinite(path + "/" + i, node.get(i));
            }
        }
    }
}
