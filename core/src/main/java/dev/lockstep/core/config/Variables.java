package dev.lockstep.core.config;

import dev.lockstep.core.config.ConfigNode.Entry;
import dev.lockstep.core.config.ConfigNode.Mapping;
import dev.lockstep.core.config.ConfigNode.Scalar;
import dev.lockstep.core.config.ConfigNode.Sequence;
import dev.lockstep.core.config.ConfigNode.Unusable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces <code>${NAME}</code> and <code>${NAME:-default}</code> in values, never in keys. As in a shell the default
 * also stands for an empty variable. <code>$${</code> is a literal <code>${</code>.
 */
final class Variables {
    private static final Pattern REFERENCE = Pattern.compile(
            "(?<escaped>\\$\\$\\{)|\\$\\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?<default>[^}]*))?}|\\$\\{");

    private final Function<String, @Nullable String> variables;
    private final Problems problems;

    /** @param variables gives the value of a variable, or null for one that is not set */
    Variables(Function<String, @Nullable String> variables, Problems problems) {
        this.variables = variables;
        this.problems = problems;
    }

    /** A text that reads back as itself. */
    static String escape(String text) {
        return text.replace("${", "$${");
    }

    /**
     * The tree with all references replaced. A value that needs an unset variable becomes unusable, which is not yet an
     * error: an override may replace it.
     */
    ConfigNode resolve(ConfigNode node) {
        if (node instanceof Scalar scalar) {
            return resolve(scalar);
        } else if (node instanceof Sequence sequence) {
            return new Sequence(sequence.elements().stream().map(this::resolve).toList(), sequence.location());
        } else if (node instanceof Mapping mapping) {
            Map<String, Entry> entries = new LinkedHashMap<>();
            mapping.entries()
                    .forEach((key, entry) -> entries.put(key, new Entry(entry.keyLocation(), resolve(entry.value()))));
            return new Mapping(entries, mapping.location());
        }
        return node;
    }

    /** Notes the unset variables that values of the tree still need. */
    void reportUnset(ConfigNode node, String path) {
        if (node instanceof Unusable unusable) {
            for (String name : unusable.unsetVariables()) {
                problems.add(
                        node.location(),
                        path,
                        "expected the variable " + name + " to be set, found it unset; set it, or use `--set " + path
                                + "=...`");
            }
        } else if (node instanceof Sequence sequence) {
            for (int i = 0; i < sequence.elements().size(); i++) {
                reportUnset(sequence.elements().get(i), below(path, String.valueOf(i)));
            }
        } else if (node instanceof Mapping mapping) {
            mapping.entries().forEach((key, entry) -> reportUnset(entry.value(), below(path, key)));
        }
    }

    /** The path of a key below a path. */
    static String below(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private ConfigNode resolve(Scalar scalar) {
        if (!scalar.text().contains("${")) {
            return scalar;
        }
        List<String> unset = new ArrayList<>();
        boolean replaced = false;
        StringBuilder text = new StringBuilder();
        Matcher matcher = REFERENCE.matcher(scalar.text());
        while (matcher.find()) {
            String name = matcher.group("name");
            String value = "${";
            if (name != null) {
                replaced = true;
                value = value(name, matcher.group("default"));
            } else if (matcher.group("escaped") == null) {
                problems.expected(
                        scalar.location(),
                        "",
                        "${NAME} or ${NAME:-default}",
                        scalar.describe() + "; write $${ for a literal ${");
                return new Unusable(List.of(), scalar.location());
            }
            if (value == null) {
                unset.add(String.valueOf(name));
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(String.valueOf(value)));
        }
        matcher.appendTail(text);
        return unset.isEmpty()
                // Inside {...} YAML needs quotes around a variable; they do not make text of a number.
                ? new Scalar(text.toString(), scalar.quoted() && !replaced, scalar.location())
                : new Unusable(unset, scalar.location());
    }

    private @Nullable String value(String name, @Nullable String byDefault) {
        String value = variables.apply(name);
        return byDefault != null && (value == null || value.isEmpty()) ? byDefault : value;
    }
}
