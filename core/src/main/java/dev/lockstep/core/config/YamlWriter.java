package dev.lockstep.core.config;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Writes a tree as YAML 1.2. */
final class YamlWriter {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private YamlWriter() {}

    /** A whole document in block style. */
    static String document(JsonNode node) {
        return dump(node, FlowStyle.BLOCK);
    }

    /** On one line, for a value behind its key. */
    static String inline(JsonNode node) {
        return dump(node, FlowStyle.FLOW).strip();
    }

    private static String dump(JsonNode node, FlowStyle style) {
        DumpSettings settings = DumpSettings.builder()
                .setSchema(new CoreSchema())
                .setDefaultFlowStyle(style)
                .setIndicatorIndent(2)
                .setIndentWithIndicator(true)
                .setSplitLines(false)
                .setWidth(Integer.MAX_VALUE)
                .build();
        return new Dump(settings).dumpToString(MAPPER.convertValue(node, new TypeReference<Object>() {}));
    }
}
