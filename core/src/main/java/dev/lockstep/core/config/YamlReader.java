package dev.lockstep.core.config;

import dev.lockstep.core.config.ConfigNode.Entry;
import dev.lockstep.core.config.ConfigNode.Mapping;
import dev.lockstep.core.config.ConfigNode.Scalar;
import dev.lockstep.core.config.ConfigNode.Sequence;
import dev.lockstep.core.config.ConfigNode.Unusable;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 (and so JSON) into a {@link ConfigNode} tree. Nothing is constructed from tags, and size, depth and
 * aliases are limited: a job file may come from a stranger.
 */
final class YamlReader {
    private static final int MOST_CHARACTERS = 1_000_000;
    private static final int MOST_ALIASES = 50;
    private static final int MOST_VALUES = 100_000;
    private static final int DEEPEST = 50;
    private static final int LEAST_BUFFER = 1 << 10;
    private static final int LONGEST_KEY = 200;
    private static final int SHOWN_CHARACTERS = 60;
    private static final ScalarResolver RESOLVER = new CoreScalarResolver(false);
    private static final Set<Tag> PLAIN_TAGS =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.SEQ, Tag.MAP, Tag.ENV_TAG);

    private final String source;
    private final boolean hasLines;
    private final Problems problems;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int values;
    private int characters;

    private YamlReader(String source, boolean hasLines, Problems problems) {
        this.source = source;
        this.hasLines = hasLines;
        this.problems = problems;
    }

    /** Reads a file's text; null when it is no YAML, which is then noted. */
    static @Nullable ConfigNode readFile(String text, String file, Problems problems) {
        return new YamlReader(file, true, problems).read(text);
    }

    /** Reads the value of a {@code --set} argument; null when it is no YAML, which is then noted. */
    static @Nullable ConfigNode readValue(String text, String argument, Problems problems) {
        return new YamlReader(argument, false, problems).read(text);
    }

    /** Whether an unquoted value means that there is none. */
    static boolean isNull(String text) {
        return RESOLVER.resolve(text, true).equals(Tag.NULL);
    }

    /** Whether an unquoted value is a number, true or false. */
    static boolean isNumberOrBoolean(String text) {
        Tag tag = RESOLVER.resolve(text, true);
        return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) || tag.equals(Tag.BOOL);
    }

    private @Nullable ConfigNode read(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(source)
                .setSchema(new CoreSchema())
                .setCodePointLimit(MOST_CHARACTERS)
                .setMaxAliasesForCollections(MOST_ALIASES)
                // The scanner copies all of a long value for every buffer that it goes over.
                .setBufferSize(Math.max(LEAST_BUFFER, text.length() + 1))
                .build();
        try {
            if (isTooDeep(settings, text)) {
                return null;
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            return root.isPresent() ? convert(root.get()) : new Scalar("", false, at(1));
        } catch (MarkedYamlEngineException e) {
            reportSyntax(e, text);
        } catch (YamlEngineException e) {
            problems.add(
                    at(1),
                    "",
                    "expected YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        } catch (TooManyValuesException e) {
            problems.add(e.location, "", "expected at most " + e.most + ", found more once aliases are expanded");
        }
        return null;
    }

    /** Composing is recursive, so depth is checked on the flat stream of events first. */
    private boolean isTooDeep(LoadSettings settings, String text) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                default -> {
                    // Scalars and aliases do not nest.
                }
            }
            if (depth > DEEPEST) {
                problems.add(at(event.getStartMark()), "", "expected at most " + DEEPEST + " levels, found more");
                return true;
            }
        }
        return false;
    }

    private void reportSyntax(MarkedYamlEngineException e, String text) {
        Optional<Mark> mark = e.getProblemMark();
        int line = mark.map(Mark::getLine).orElse(0);
        List<String> lines = text.lines().toList();
        if (line < lines.size() && lines.get(line).stripTrailing().matches("\\s*\t.*") && hasLines) {
            problems.add(at(mark), "", "expected spaces, found a tab; YAML is indented with spaces");
            return;
        }
        int column = mark.map(Mark::getColumn).orElse(0) + 1;
        String hint = line < lines.size() && lines.get(line).contains("${") ? "; put quotes around \"${...}\"" : "";
        problems.add(at(mark), "", "YAML syntax error in column " + column + ": " + e.getProblem() + context(e) + hint);
    }

    private String context(MarkedYamlEngineException e) {
        if (e.getContext() == null) {
            return "";
        }
        String begin = e.getContextMark()
                .filter(mark -> hasLines)
                .map(mark -> " that begins in line " + (mark.getLine() + 1))
                .orElse("");
        return " (" + e.getContext() + begin + ")";
    }

    private ConfigNode convert(Node node) {
        Location location = at(node.getStartMark());
        characters += node instanceof ScalarNode scalar ? scalar.getValue().length() : 0;
        if (++values > MOST_VALUES || characters > MOST_CHARACTERS) {
            throw new TooManyValuesException(
                    location,
                    values > MOST_VALUES ? MOST_VALUES + " values" : MOST_CHARACTERS + " characters of values");
        }
        if (!PLAIN_TAGS.contains(node.getTag())) {
            problems.add(location, "", "expected no tag, found " + node.getTag().getValue() + "; remove it");
            return new Unusable(List.of(), location);
        }
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar, location);
        }
        if (!open.add(node)) {
            problems.add(location, "", "expected a value, found an alias inside the value it stands for");
            return new Unusable(List.of(), location);
        }
        try {
            return node instanceof SequenceNode sequence
                    ? new Sequence(
                            sequence.getValue().stream().map(this::convert).toList(), location)
                    : mapping((MappingNode) node, location);
        } finally {
            open.remove(node);
        }
    }

    private static Scalar scalar(ScalarNode node, Location location) {
        // `!!str 12` is quoted in all but form; plain text that looks like text may still hold a variable.
        boolean quoted = node.getScalarStyle() != ScalarStyle.PLAIN
                || (node.getTag().equals(Tag.STR)
                        && !RESOLVER.resolve(node.getValue(), true).equals(Tag.STR));
        return new Scalar(node.getValue(), quoted, location);
    }

    private ConfigNode mapping(MappingNode node, Location location) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            Location keyLocation = at(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(keyLocation, "", "expected a key, found a list or a group in its place");
                continue;
            }
            if (key.getValue().length() > LONGEST_KEY) {
                problems.add(
                        keyLocation,
                        "",
                        "expected a key of at most " + LONGEST_KEY + " characters, found \""
                                + key.getValue().substring(0, SHOWN_CHARACTERS) + "...\"");
                continue;
            }
            Entry earlier = entries.get(key.getValue());
            if (earlier != null) {
                problems.add(
                        keyLocation,
                        key.getValue(),
                        "expected each key once, found it again; it stands in line "
                                + earlier.keyLocation().line() + " already");
                continue;
            }
            entries.put(key.getValue(), new Entry(keyLocation, convert(tuple.getValueNode())));
        }
        return new Mapping(entries, location);
    }

    private Location at(Optional<Mark> mark) {
        return at(mark.map(Mark::getLine).orElse(0) + 1);
    }

    private Location at(int line) {
        return new Location(source, hasLines ? line : 0);
    }

    /** Ends the expansion of an alias bomb. */
    private static final class TooManyValuesException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Location location;
        private final String most;

        TooManyValuesException(Location location, String most) {
            this.location = location;
            this.most = most;
        }
    }
}
