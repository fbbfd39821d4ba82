package dev.lockstep.core.config;

import dev.lockstep.core.config.ConfigNode.Entry;
import dev.lockstep.core.config.ConfigNode.Mapping;
import dev.lockstep.core.config.ConfigNode.Scalar;
import dev.lockstep.core.config.ConfigNode.Sequence;
import dev.lockstep.core.config.ConfigNode.Unusable;
import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.schema.RecordSchema;
import dev.lockstep.core.schema.SettingSchema;
import dev.lockstep.core.schema.SettingType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds annotated records from a tree, whatever the records are: the annotations of {@code core.schema} say everything.
 * What is wrong is noted with its place and key, and binding goes on, so that all errors are found at once.
 */
final class RecordBinder {
    private final Problems problems;
    private final UnknownKeys unknownKeys;
    private final ScalarBinder scalars;
    private final RecordConstruction construction;

    private RecordBinder(Class<? extends Record> root, Problems problems) {
        this.problems = problems;
        this.unknownKeys = new UnknownKeys(root, problems);
        this.scalars = new ScalarBinder(problems);
        this.construction = new RecordConstruction(problems);
    }

    /** Builds a record; null when anything in it is wrong, which is then noted. */
    static <T extends Record> @Nullable T bind(Class<T> type, ConfigNode node, Problems problems) {
        Object bound = new RecordBinder(type, problems).bind(SettingType.of(type), node, node.location(), "");
        return bound == Failure.NOTED ? null : type.cast(bound);
    }

    /**
     * Builds the value of a setting.
     *
     * @param keyLocation where the setting's key stands, for what is missing below it
     * @return the value, or {@link Failure#NOTED}
     */
    private Object bind(SettingType type, ConfigNode node, Location keyLocation, String path) {
        if (node instanceof Unusable) {
            return Failure.NOTED;
        }
        return switch (type.kind()) {
            case RECORD -> node instanceof Mapping || node.isNothing()
                    ? bindRecord(type.record(), mapping(node), keyLocation, path, "", "")
                    : wrongForm(type, node, path);
            case ONE_OF -> type.alternatives().isDiscriminated()
                    ? bindDiscriminated(type, node, keyLocation, path)
                    : bindNamed(type, node, path);
            case LIST -> bindList(type, node, path);
            case MAP -> bindMap(type, node, path);
            case WORD_OR_NUMBERS -> node instanceof Mapping mapping
                    ? scalars.bindNumbers(type, mapping, path)
                    : scalars.bind(type, node, path);
            default -> scalars.bind(type, node, path);
        };
    }

    private Failure wrongForm(SettingType type, ConfigNode node, String path) {
        problems.expected(node.location(), path, type.expectation(), node.describe());
        return Failure.NOTED;
    }

    private static Mapping mapping(ConfigNode node) {
        return node instanceof Mapping mapping ? mapping : new Mapping(Map.of(), node.location());
    }

    private Object bindRecord(
            RecordSchema schema,
            Mapping mapping,
            Location keyLocation,
            String path,
            String discriminator,
            String alternative) {
        Set<String> meant = reportUnknownKeys(schema, mapping, path, discriminator, alternative);
        List<Object> values = new ArrayList<>();
        for (SettingSchema setting : schema.settings()) {
            values.add(bindSetting(setting, mapping.entries().get(setting.key()), keyLocation, path, meant));
        }
        return construction.construct(schema, values, mapping, keyLocation, path);
    }

    /** @return the keys that were probably meant, so that they are not reported as missing too */
    private Set<String> reportUnknownKeys(
            RecordSchema schema, Mapping mapping, String path, String discriminator, String alternative) {
        Set<String> meant = new HashSet<>();
        mapping.entries().forEach((key, entry) -> {
            if (schema.setting(key) == null && !(key.equals(discriminator) && !discriminator.isEmpty())) {
                String suggestion =
                        unknownKeys.report(schema, alternative, key, entry.keyLocation(), Variables.below(path, key));
                if (suggestion != null) {
                    meant.add(suggestion);
                }
            }
        });
        return meant;
    }

    private @Nullable Object bindSetting(
            SettingSchema setting, @Nullable Entry entry, Location keyLocation, String path, Set<String> meant) {
        String settingPath = Variables.below(path, setting.key());
        SettingType type = setting.type();
        // A group whose lines are all commented out is an empty value: its default. A single value has to be there.
        boolean empty = entry != null && entry.value().isNothing();
        if (entry == null || (empty && (setting.optional() || !type.kind().isScalar()))) {
            if (setting.optional()) {
                return null;
            } else if (setting.required() && meant.contains(setting.key())) {
                return Failure.NOTED;
            } else if (setting.required()) {
                problems.expected(
                        entry == null ? keyLocation : entry.value().location(),
                        settingPath,
                        type.expectation(),
                        "nothing; it is required: " + setting.doc());
                return Failure.NOTED;
            }
            return bindDefault(setting);
        }
        return bind(type, listed(setting, entry.value()), entry.keyLocation(), settingPath);
    }

    /** A single value as the list of one that it stands for, where the setting allows that. */
    private static ConfigNode listed(SettingSchema setting, ConfigNode node) {
        return setting.single() && node instanceof Scalar ? new Sequence(List.of(node), node.location()) : node;
    }

    private static Object bindDefault(SettingSchema setting) {
        Problems none = new Problems();
        ConfigNode node = YamlReader.readValue(setting.defaultYaml(), "the default of " + setting.key(), none);
        Object value = node == null
                ? Failure.NOTED
                : new RecordBinder(setting.accessor().getDeclaringClass().asSubclass(Record.class), none)
                        .bind(setting.type(), listed(setting, node), node.location(), setting.key());
        none.throwIfAny();
        return value;
    }

    private Object bindNamed(SettingType type, ConfigNode node, String path) {
        Alternatives alternatives = type.alternatives();
        if (node instanceof Scalar scalar && !scalar.isNothing()) {
            return bindAlternative(type, alternatives, scalar.text(), scalar.location(), mapping(scalar), path);
        }
        if (!(node instanceof Mapping mapping) || mapping.entries().isEmpty()) {
            return wrongForm(type, node, path);
        }
        if (mapping.entries().size() > 1) {
            problems.expected(
                    mapping.location(),
                    path,
                    "one name with its settings indented below it, such as \""
                            + alternatives.names().get(0) + ": {...}\"",
                    mapping.describe());
            return Failure.NOTED;
        }
        Map.Entry<String, Entry> only = mapping.entries().entrySet().iterator().next();
        Location location = only.getValue().keyLocation();
        return bindAlternative(
                type, alternatives, only.getKey(), location, only.getValue().value(), path);
    }

    private Object bindAlternative(
            SettingType type,
            Alternatives alternatives,
            String name,
            Location location,
            ConfigNode settings,
            String path) {
        RecordSchema schema = alternatives.schema(name);
        if (schema == null) {
            problems.unknownName(location, path, type.expectation(), name, alternatives.names());
            return Failure.NOTED;
        }
        String settingsPath = Variables.below(path, name);
        if (settings instanceof Unusable) {
            return Failure.NOTED;
        }
        if (!(settings instanceof Mapping) && !settings.isNothing()) {
            return wrongForm(SettingType.of(schema.type()), settings, settingsPath);
        }
        return bindRecord(schema, mapping(settings), location, settingsPath, "", name);
    }

    private Object bindDiscriminated(SettingType type, ConfigNode node, Location keyLocation, String path) {
        Alternatives alternatives = type.alternatives();
        String key = alternatives.discriminator();
        if (!(node instanceof Mapping mapping)) {
            problems.expected(node.location(), path, "a group of settings with the key " + key, node.describe());
            return Failure.NOTED;
        }
        ConfigNode name = mapping.get(key);
        String namePath = Variables.below(path, key);
        if (name instanceof Unusable) {
            return Failure.NOTED;
        }
        if (!(name instanceof Scalar scalar) || scalar.isNothing()) {
            String found = name == null ? "nothing; it says which settings go with it" : name.describe();
            problems.expected(name == null ? keyLocation : name.location(), namePath, type.expectation(), found);
            return Failure.NOTED;
        }
        RecordSchema schema = alternatives.schema(scalar.text());
        if (schema == null) {
            problems.unknownName(scalar.location(), namePath, type.expectation(), scalar.text(), alternatives.names());
            return Failure.NOTED;
        }
        return bindRecord(schema, mapping, keyLocation, path, key, scalar.text());
    }

    private Object bindList(SettingType type, ConfigNode node, String path) {
        if (!(node instanceof Sequence sequence)) {
            problems.expected(node.location(), path, "a list, such as [...]", node.describe());
            return Failure.NOTED;
        }
        List<Object> elements = new ArrayList<>();
        boolean failed = false;
        for (ConfigNode element : sequence.elements()) {
            String elementPath = Variables.below(path, String.valueOf(elements.size()));
            Object bound = bind(Objects.requireNonNull(type.element()), element, element.location(), elementPath);
            failed |= bound == Failure.NOTED;
            elements.add(bound);
        }
        return failed ? Failure.NOTED : List.copyOf(elements);
    }

    private Object bindMap(SettingType type, ConfigNode node, String path) {
        if (!(node instanceof Mapping mapping)) {
            return wrongForm(type, node, path);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        mapping.entries()
                .forEach((key, entry) -> values.put(
                        key, scalars.bind(SettingType.of(String.class), entry.value(), Variables.below(path, key))));
        return values.containsValue(Failure.NOTED) ? Failure.NOTED : values;
    }
}
