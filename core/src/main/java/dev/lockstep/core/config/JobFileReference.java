package dev.lockstep.core.config;

import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.schema.Meaning;
import dev.lockstep.core.schema.RecordSchema;
import dev.lockstep.core.schema.SettingSchema;
import dev.lockstep.core.schema.SettingType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Writes {@code docs/job-file.md} from the records themselves, so that it cannot drift: an annotated example, then a
 * section for every group, family of alternatives and list of names that a job file can hold.
 */
public final class JobFileReference {
    private static final String EXAMPLE =
            """
            name: fashion-mnist
            data: {format: idx, directory: /data/fashion_mnist, scale: 255, validation: {split: 0.3}}
            model:
              layers:
                - flatten
                - dense: {units: 128, activation: relu}
                - dropout: {rate: 0.2}
                - dense: {units: 10, activation: softmax}
            training: {loss: sparse_categorical_crossentropy, batch_size: 128, epochs: 10, metrics: [accuracy]}
            cluster: {workers: 2, sync: {parameter_averaging: {every: 16}}, spark: {spark.executor.memory: 2g}}
            checkpoint: {directory: 'hdfs://namenode:8020/models/fashion'}
            """;

    private static final String INTRODUCTION =
            """
            <!-- Generated from the records of core: do not edit. See JobFileReferenceTest. -->
            # The job file

            A job file is YAML 1.2 (JSON is YAML, too). Names are those of Keras, in snake_case.

            - A key that is left out has its default; a key that does not exist is an error, with a suggestion.
              All errors of a file are reported together, each with its line. Exit code 2.
            - Where one of several alternatives is chosen (a layer, a loss, an optimizer ...), it is written
              `name: {settings}`, or just `name` when all its settings have defaults: `optimizer: adam`,
              `optimizer: {adam: {learning_rate: 0.01}}`. Under `data` the key `format` names the alternative.
            - `${NAME}` in a value stands for an environment variable and `${NAME:-default}` for the same with a
              default; `$${` is a literal `${`.
            - `--set KEY=VALUE` overrides any key; the value is YAML. Keys are joined by dots, elements of lists are
              counted from 0, an alternative's name is part of the path (`format` is not), and naming another
              alternative replaces the file's. They are applied in the order given:

                  --set training.epochs=5 --set model.layers.1.dense.units=64
                  --set training.optimizer.sgd.momentum=0.9 --set data.directory=/data/fashion_mnist
                  --set cluster.spark.spark.executor.memory=4g

            ## A complete example

            Every key with its meaning, defaults spelt out.

            """;

    private final StringBuilder markdown = new StringBuilder();
    private final Deque<Section> waiting = new ArrayDeque<>();
    private final Map<String, Class<?>> titles = new HashMap<>();

    private record Section(SettingType type, String title) {}

    private JobFileReference() {}

    /** The text of {@code docs/job-file.md}. */
    public static String markdown() {
        JobFileReference reference = new JobFileReference();
        JobConfig example = JobFile.read(EXAMPLE, "the example of the reference", List.of(), Map.of());
        reference.line(INTRODUCTION + "```yaml\n" + AnnotatedJob.of(example) + "```\n");
        reference.addKeys(JobConfig.class);
        return reference.markdown.toString().stripTrailing() + "\n";
    }

    /** The tables of all keys of another file that {@link SettingsFile} reads, for the page about it. */
    public static String keys(Class<? extends Record> root) {
        JobFileReference reference = new JobFileReference();
        reference.addKeys(root);
        return reference.markdown.toString().stripTrailing() + "\n";
    }

    private void addKeys(Class<? extends Record> root) {
        line("## All keys\n");
        addTable(RecordSchema.of(root));
        while (!waiting.isEmpty()) {
            addSection(waiting.remove());
        }
    }

    private void line(String text) {
        markdown.append(text).append('\n');
    }

    private void addSection(Section section) {
        line("## " + section.title + "\n");
        switch (section.type.kind()) {
            case RECORD -> addTable(section.type.record());
            case ENUM -> addNames(section.type.raw());
            default -> addAlternatives(section.type.alternatives());
        }
    }

    private void addTable(RecordSchema schema) {
        line("| Key | Type | Default | Meaning |\n|---|---|---|---|");
        for (SettingSchema setting : schema.settings()) {
            line("| `" + setting.key() + "` | " + type(setting) + " | " + byDefault(setting) + " | "
                    + cell(setting.doc()) + " |");
        }
        line("");
    }

    private static String byDefault(SettingSchema setting) {
        if (setting.required()) {
            return "**required**";
        }
        return setting.optional() ? "none" : "`" + cell(setting.defaultYaml()) + "`";
    }

    /** A bar would end the cell. */
    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    /** A minus sign in front would begin a list. */
    private static String paragraph(String text) {
        return text.startsWith("- ") ? "\\" + text : text;
    }

    private String type(SettingSchema setting) {
        SettingType element = setting.type().element();
        return setting.single() && element != null ? type(element) + ", or a list of them" : type(setting.type());
    }

    private String type(SettingType type) {
        return switch (type.kind()) {
            case TEXT, PARSED -> "text";
            case INT, LONG -> "whole number";
            case DOUBLE -> "number";
            case BOOLEAN -> "`true` or `false`";
            case ENUM -> hasMeanings(type.raw()) ? link(type, nounOf(type.raw())) : names(type.enumNames());
            case RECORD -> link(type, nounOf(type.raw()));
            case ONE_OF -> link(type, type.alternatives().noun());
            case LIST -> "list of " + type(Objects.requireNonNull(type.element()));
            case MAP -> "keys with text";
            case WORD_OR_NUMBERS -> "text, or keys with numbers";
        };
    }

    private static String names(List<String> names) {
        return "`" + String.join("`, `", names) + "`";
    }

    private static String nounOf(Class<?> raw) {
        String name = raw.getSimpleName().replaceFirst("Spec$", "");
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private String link(SettingType type, String title) {
        String capitalised = title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
        Class<?> titled = titles.putIfAbsent(capitalised, type.raw());
        if (titled == null) {
            waiting.add(new Section(type, capitalised));
        } else if (titled != type.raw()) {
            throw new IllegalStateException(titled + " and " + type.raw() + " need sections of different names");
        }
        return "[" + title + "](#" + capitalised.toLowerCase(Locale.ROOT).replace(' ', '-') + ")";
    }

    private static boolean hasMeanings(Class<?> raw) {
        return Arrays.stream(raw.getFields()).anyMatch(field -> field.isAnnotationPresent(Meaning.class));
    }

    private void addNames(Class<?> raw) {
        line("| Name | Meaning |\n|---|---|");
        for (Object constant : raw.getEnumConstants()) {
            line("| `" + SettingType.enumName((Enum<?>) constant) + "` | " + cell(meaning((Enum<?>) constant)) + " |");
        }
        line("");
    }

    private static String meaning(Enum<?> constant) {
        try {
            Meaning meaning =
                    constant.getDeclaringClass().getField(constant.name()).getAnnotation(Meaning.class);
            return meaning == null ? "" : meaning.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("no field for " + constant, e);
        }
    }

    private void addAlternatives(Alternatives alternatives) {
        List<String> names = new ArrayList<>(alternatives.names());
        line(
                alternatives.isDiscriminated()
                        ? "The key `" + alternatives.discriminator() + "` is one of " + names(names)
                                + "; the other keys depend on it.\n"
                        : "One of " + names(names) + ".\n");
        alternatives.byName().forEach((name, type) -> {
            String shown = alternatives.isDiscriminated() ? alternatives.discriminator() + ": " + name : name;
            line("### `" + shown + "`\n\n" + paragraph(Alternatives.docOf(type)) + "\n");
            RecordSchema schema = RecordSchema.of(type);
            if (!schema.settings().isEmpty()) {
                addTable(schema);
            }
        });
    }
}
