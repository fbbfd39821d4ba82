package dev.lockstep.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.schema.RecordSchema;
import dev.lockstep.core.schema.SettingSchema;
import dev.lockstep.core.schema.SettingType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes a job as YAML with what every setting means above it: the example of the documentation. */
final class AnnotatedJob {
    private static final int LINE_LENGTH = 100;

    private final StringBuilder yaml = new StringBuilder();

    private AnnotatedJob() {}

    /** The whole job, every default spelt out. */
    static String of(JobConfig job) {
        AnnotatedJob annotated = new AnnotatedJob();
        annotated.addSettings(job, 0);
        return annotated.yaml.toString();
    }

    private void addSettings(Record settings, int indent) {
        for (SettingSchema setting : RecordSchema.of(settings.getClass()).settings()) {
            if (indent == 0 && !yaml.isEmpty()) {
                yaml.append('\n');
            }
            addComment(setting.doc(), indent);
            addValue(setting.key() + ":", setting.type(), setting.valueIn(settings), indent);
        }
    }

    private void addComment(String doc, int indent) {
        StringBuilder line = new StringBuilder();
        for (String word : doc.split(" ", -1)) {
            if (indent + line.length() + word.length() > LINE_LENGTH) {
                addLine("#" + line, indent);
                line.setLength(0);
            }
            line.append(' ').append(word);
        }
        addLine("#" + line, indent);
    }

    private void addLine(String text, int indent) {
        yaml.append(" ".repeat(indent)).append(text).append('\n');
    }

    private void addValue(String start, SettingType type, @Nullable Object value, int indent) {
        if (value == null) {
            addLine(start + " null", indent);
            return;
        }
        switch (type.kind()) {
            case RECORD -> {
                addLine(start, indent);
                addSettings((Record) value, indent + 2);
            }
            case ONE_OF -> addAlternative(start, type.alternatives(), (Record) value, indent);
            case LIST -> addList(start, Objects.requireNonNull(type.element()), (List<?>) value, indent);
            default -> addLine(start + " " + inline(type, value), indent);
        }
    }

    private void addAlternative(String start, Alternatives alternatives, Record value, int indent) {
        String name = Alternatives.nameOf(value.getClass());
        if (alternatives.isDiscriminated()) {
            addLine(start, indent);
            addComment("Which of " + String.join(", ", alternatives.names()) + ".", indent + 2);
            addLine(alternatives.discriminator() + ": " + name, indent + 2);
            addSettings(value, indent + 2);
        } else if (RecordSchema.of(value.getClass()).settings().isEmpty()) {
            addLine(start + " " + name, indent);
        } else {
            addLine(start, indent);
            addLine(name + ":", indent + 2);
            addSettings(value, indent + 4);
        }
    }

    /** Elements that are alternatives are written on one line each: their settings are explained in the tables. */
    private void addList(String start, SettingType element, List<?> values, int indent) {
        if (element.kind().isScalar()) {
            addLine(start + " " + YamlWriter.inline(RecordWriter.toJson(listOf(element), values)), indent);
            return;
        }
        addLine(start, indent);
        for (Object value : values) {
            addLine("- " + inline(element, value), indent + 2);
        }
    }

    private static SettingType listOf(SettingType element) {
        return new SettingType(SettingType.Kind.LIST, List.class, element);
    }

    private static String inline(SettingType type, Object value) {
        JsonNode node = RecordWriter.toJson(type, value);
        return YamlWriter.inline(node.isTextual() ? TextNode.valueOf(Variables.escape(node.textValue())) : node);
    }
}
