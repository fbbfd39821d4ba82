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

    private final Map<String, String> variables;
    private final Problems problems;

    Variables(Map<String, String> variables, Problems problems) {
        this.variables = variables;
        this.problems = problems;
    }

    /** A text that reads back as itself. */
    static String escape(String text) {
        return text.replace("${", "$${");
    }

    /** The tree with all references replaced; an unset variable is noted and its value made unusable. */
    ConfigNode resolve(ConfigNode node, String path) {
        if (node instanceof Scalar scalar) {
            return scalar(scalar, path);
        } else if (node instanceof Sequence sequence) {
            List<ConfigNode> elements = new ArrayList<>();
            for (ConfigNode element : sequence.elements()) {
                elements.add(resolve(element, below(path, String.valueOf(elements.size()))));
            }
            return new Sequence(elements, sequence.location());
        } else if (node instanceof Mapping mapping) {
            Map<String, Entry> entries = new LinkedHashMap<>();
            mapping.entries()
                    .forEach((key, entry) ->
                            entries.put(key, new Entry(entry.keyLocation(), resolve(entry.value(), below(path, key)))));
            return new Mapping(entries, mapping.location());
        }
        return node;
    }

    /** The path of a key below a path. */
    static String below(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private ConfigNode scalar(Scalar scalar, String path) {
        if (!scalar.text().contains("${")) {
            return scalar;
        }
        boolean complete = true;
        StringBuilder text = new StringBuilder();
        Matcher matcher = REFERENCE.matcher(scalar.text());
        while (matcher.find()) {
            String value = matcher.group("escaped") != null ? "${" : value(matcher, scalar.location(), path);
            complete &= value != null;
            matcher.appendReplacement(text, Matcher.quoteReplacement(value == null ? "" : value));
        }
        matcher.appendTail(text);
        return complete
                ? new Scalar(text.toString(), scalar.quoted(), scalar.location())
                : new Unusable(scalar.location());
    }

    private @Nullable String value(Matcher reference, Location location, String path) {
        String name = reference.group("name");
        if (name == null) {
            problems.expected(
                    location, path, "${NAME} or ${NAME:-default}", "\"${\" without them; write $${ for a literal ${");
            return null;
        }
        String value = variables.get(name);
        String byDefault = reference.group("default");
        if (byDefault != null && (value == null || value.isEmpty())) {
            return byDefault;
        }
        if (value == null) {
            problems.add(
                    location,
                    path,
                    "expected the variable " + name + " to be set, found it unset; set it, or use `--set " + path
                            + "=...`");
        }
        return value;
    }
}
