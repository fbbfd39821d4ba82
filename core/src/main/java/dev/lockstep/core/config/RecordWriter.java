package dev.lockstep.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.schema.RecordSchema;
import dev.lockstep.core.schema.SettingSchema;
import dev.lockstep.core.schema.SettingType;
import dev.lockstep.core.schema.WordOrNumbers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes annotated records as the tree that {@link RecordBinder} reads, with every default spelt out. */
final class RecordWriter {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RecordWriter() {}

    /** The settings of a record under their keys. */
    static ObjectNode toJson(Record settings) {
        ObjectNode object = NODES.objectNode();
        addSettings(object, settings);
        return object;
    }

    private static void addSettings(ObjectNode object, Record settings) {
        for (SettingSchema setting : RecordSchema.of(settings.getClass()).settings()) {
            object.set(setting.key(), toJson(setting.type(), setting.valueIn(settings)));
        }
    }

    /** The value of one setting. */
    static JsonNode toJson(SettingType type, @Nullable Object value) {
        if (value == null) {
            return NODES.nullNode();
        }
        return switch (type.kind()) {
            case TEXT, PARSED -> NODES.textNode(value.toString());
            case INT -> NODES.numberNode((Integer) value);
            case LONG -> NODES.numberNode((Long) value);
            case DOUBLE -> NODES.numberNode((Double) value);
            case BOOLEAN -> NODES.booleanNode((Boolean) value);
            case ENUM -> NODES.textNode(SettingType.enumName((Enum<?>) value));
            case RECORD -> toJson((Record) value);
            case ONE_OF -> alternative(type.alternatives(), (Record) value);
            case LIST -> list(Objects.requireNonNull(type.element()), (List<?>) value);
            case MAP -> map((Map<?, ?>) value);
            case WORD_OR_NUMBERS -> wordOrNumbers((WordOrNumbers) value);
        };
    }

    private static JsonNode alternative(Alternatives alternatives, Record settings) {
        String name = Alternatives.nameOf(settings.getClass());
        ObjectNode object = NODES.objectNode();
        if (alternatives.isDiscriminated()) {
            object.put(alternatives.discriminator(), name);
            addSettings(object, settings);
            return object;
        }
        ObjectNode inner = toJson(settings);
        boolean silent = true;
        for (JsonNode value : inner) {
            silent &= value.isNull();
        }
        return silent ? NODES.textNode(name) : object.set(name, inner);
    }

    private static ArrayNode list(SettingType element, List<?> values) {
        ArrayNode array = NODES.arrayNode();
        values.forEach(value -> array.add(toJson(element, value)));
        return array;
    }

    private static JsonNode wordOrNumbers(WordOrNumbers value) {
        if (value.numbers().isEmpty()) {
            return NODES.textNode(value.toString());
        }
        ObjectNode object = NODES.objectNode();
        value.numbers().forEach(object::put);
        return object;
    }

    /** Sorted, so that the same job gives the same text. */
    private static ObjectNode map(Map<?, ?> values) {
        ObjectNode object = NODES.objectNode();
        Map<String, String> sorted = new TreeMap<>();
        values.forEach((key, value) -> sorted.put((String) key, (String) value));
        sorted.forEach(object::put);
        return object;
    }
}
