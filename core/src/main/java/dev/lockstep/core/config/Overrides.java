package dev.lockstep.core.config;

import dev.lockstep.core.config.ConfigNode.Mapping;
import dev.lockstep.core.config.ConfigNode.Scalar;
import dev.lockstep.core.config.ConfigNode.Sequence;
import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.schema.RecordSchema;
import dev.lockstep.core.schema.SettingSchema;
import dev.lockstep.core.schema.SettingType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts {@code a.b=c} arguments into the tree of a job file. The path follows the types: keys of records, names of
 * alternatives, indices of lists. A path through another alternative than the file's replaces the file's.
 */
final class Overrides {
    private final Variables variables;
    private final Problems problems;

    Overrides(Variables variables, Problems problems) {
        this.variables = variables;
        this.problems = problems;
    }

    /** The tree with one override applied; the tree itself when the override is wrong, which is noted. */
    ConfigNode apply(ConfigNode root, Class<? extends Record> type, String override) {
        int equals = override.indexOf('=');
        String path = (equals < 0 ? override : override.substring(0, equals)).strip();
        String argument = Redaction.isSecret(path) ? path + "=***" : Redaction.of(override);
        Location location = new Location("--set " + argument, 0);
        if (equals < 0 || path.isEmpty()) {
            problems.add(location, "", "expected KEY=VALUE, such as training.epochs=5");
            return root;
        }
        ConfigNode value = YamlReader.readValue(override.substring(equals + 1), location.source(), problems);
        return value == null
                ? root
                : new Target(List.of(path.split("\\.", -1)), location, variables.resolve(value), type)
                        .put(root, SettingType.of(type), 0);
    }

    /** One override on its way down the tree. */
    private final class Target {
        private final List<String> path;
        private final Location location;
        private final ConfigNode value;
        private final UnknownKeys unknownKeys;

        Target(List<String> path, Location location, ConfigNode value, Class<? extends Record> root) {
            this.path = path;
            this.location = location;
            this.value = value;
            this.unknownKeys = new UnknownKeys(root, problems);
        }

        /** The node with the value put in at the part of the path from {@code depth} on. */
        private ConfigNode put(@Nullable ConfigNode node, SettingType type, int depth) {
            if (depth == path.size()) {
                return value;
            }
            ConfigNode present = node == null ? new Mapping(Map.of(), location) : node;
            return switch (type.kind()) {
                case RECORD -> putIntoRecord(present, type.record(), "", depth);
                case LIST -> putIntoList(present, Objects.requireNonNull(type.element()), depth);
                case MAP, WORD_OR_NUMBERS -> mapping(present)
                        .with(String.join(".", path.subList(depth, path.size())), value);
                case ONE_OF -> type.alternatives().isDiscriminated()
                        ? putBesideName(present, type.alternatives(), depth)
                        : putIntoNamed(present, type.alternatives(), depth);
                default -> {
                    problems.add(
                            location,
                            pathTo(depth),
                            "expected a single value (" + type.expectation() + "), found the key \"" + path.get(depth)
                                    + "\" below it");
                    yield present;
                }
            };
        }

        private ConfigNode putIntoRecord(ConfigNode node, RecordSchema schema, String alternative, int depth) {
            String key = path.get(depth);
            SettingSchema setting = schema.setting(key);
            if (setting == null) {
                unknownKeys.report(schema, alternative, key, location, pathTo(depth + 1));
                return node;
            }
            Mapping group = mapping(node);
            ConfigNode child = group.get(key);
            if ((child == null || child.isNothing()) && !setting.defaultYaml().isEmpty()) {
                child = YamlReader.readValue(setting.defaultYaml(), location.source(), problems);
            }
            return group.with(key, put(child, setting.type(), depth + 1));
        }

        private ConfigNode putIntoList(ConfigNode node, SettingType element, int depth) {
            String index = path.get(depth);
            List<ConfigNode> elements =
                    node instanceof Sequence sequence ? new ArrayList<>(sequence.elements()) : new ArrayList<>();
            if (!index.matches("\\d{1,9}") || Integer.parseInt(index) >= elements.size()) {
                String expected = elements.isEmpty()
                        ? "a list with elements to override"
                        : "an index from 0 to " + (elements.size() - 1);
                problems.expected(location, pathTo(depth), expected, '"' + index + '"');
                return node;
            }
            int position = Integer.parseInt(index);
            elements.set(position, put(elements.get(position), element, depth + 1));
            return new Sequence(elements, node.location());
        }

        /** {@code optimizer.sgd.momentum}: the name of the alternative is part of the path. */
        private ConfigNode putIntoNamed(ConfigNode node, Alternatives alternatives, int depth) {
            String name = path.get(depth);
            RecordSchema schema = alternatives.schema(name);
            if (schema == null) {
                reportUnknownAlternative(node, alternatives, depth);
                return node;
            }
            ConfigNode settings =
                    node instanceof Mapping mapping && mapping.entries().size() == 1 ? mapping.get(name) : null;
            ConfigNode changed = depth + 1 == path.size()
                    ? value
                    : putIntoRecord(
                            settings == null ? new Mapping(Map.of(), node.location()) : settings,
                            schema,
                            name,
                            depth + 1);
            return new Mapping(Map.of(), node.location()).with(name, changed);
        }

        private void reportUnknownAlternative(ConfigNode node, Alternatives alternatives, int depth) {
            String name = path.get(depth);
            String current = node instanceof Scalar scalar ? scalar.text() : firstKey(node);
            RecordSchema present = alternatives.schema(current);
            if (present != null && present.setting(name) != null) {
                problems.add(
                        location,
                        pathTo(depth + 1),
                        "expected the name of the " + alternatives.noun() + " before the setting"
                                + Problems.didYouMean(List.of(pathTo(depth) + "." + current + "." + name)));
            } else {
                problems.unknownName(
                        location,
                        pathTo(depth),
                        "one of " + String.join(", ", alternatives.names()),
                        name,
                        alternatives.names());
            }
        }

        /** {@code data.scale}: the name of the alternative is the value of a key beside the settings. */
        private ConfigNode putBesideName(ConfigNode node, Alternatives alternatives, int depth) {
            Mapping group = mapping(node);
            if (path.get(depth).equals(alternatives.discriminator())) {
                return switchTo(group, alternatives);
            }
            String name = group.get(alternatives.discriminator()) instanceof Scalar scalar ? scalar.text() : "";
            RecordSchema schema = alternatives.schema(name);
            if (schema == null) {
                return node; // The binder says what is wrong with the name.
            }
            return putIntoRecord(group, schema, name, depth);
        }

        /** Settings of the old alternative that the new one does not know go with it; misspelt ones stay to be noted. */
        private ConfigNode switchTo(Mapping group, Alternatives alternatives) {
            String oldName = group.get(alternatives.discriminator()) instanceof Scalar scalar ? scalar.text() : "";
            RecordSchema oldSchema = alternatives.schema(oldName);
            RecordSchema newSchema = value instanceof Scalar scalar ? alternatives.schema(scalar.text()) : null;
            Map<String, ConfigNode.Entry> kept = new LinkedHashMap<>(group.entries());
            if (oldSchema != null && newSchema != null) {
                kept.keySet().removeIf(key -> oldSchema.setting(key) != null && newSchema.setting(key) == null);
            }
            return new Mapping(kept, group.location()).with(alternatives.discriminator(), value);
        }

        private String pathTo(int depth) {
            return String.join(".", path.subList(0, depth));
        }
    }

    private static Mapping mapping(ConfigNode node) {
        return node instanceof Mapping mapping ? mapping : new Mapping(Map.of(), node.location());
    }

    private static String firstKey(ConfigNode node) {
        return node instanceof Mapping mapping && !mapping.entries().isEmpty()
                ? mapping.entries().keySet().iterator().next()
                : "";
    }
}
