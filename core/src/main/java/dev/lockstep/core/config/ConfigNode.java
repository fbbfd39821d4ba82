package dev.lockstep.core.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job file as a tree, each node with the place it was written at. Immutable; aliases are expanded. */
sealed interface ConfigNode {
    /** Where it stands. */
    Location location();

    /** What it is, for "found ..." in a message. */
    String describe();

    /** Whether nothing is written there: an empty or {@code null} value. */
    default boolean isNothing() {
        return false;
    }

    /**
     * A single value.
     *
     * @param text as written, quotes and escapes undone
     * @param quoted whether it is text by its quotes, whatever it looks like
     * @param location where it stands
     */
    record Scalar(String text, boolean quoted, Location location) implements ConfigNode {
        private static final int SHOWN_CHARACTERS = 60;

        @Override
        public boolean isNothing() {
            return !quoted && YamlReader.isNull(text);
        }

        @Override
        public String describe() {
            if (isNothing()) {
                return "nothing";
            }
            String shown = text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
            return !quoted && YamlReader.isNumberOrBoolean(text) ? shown : '"' + shown + '"';
        }
    }

    /** A list. */
    record Sequence(List<ConfigNode> elements, Location location) implements ConfigNode {
        public Sequence {
            elements = List.copyOf(elements);
        }

        @Override
        public String describe() {
            return "a list";
        }
    }

    /** A group of keys with values, in the order of the file. */
    record Mapping(Map<String, Entry> entries, Location location) implements ConfigNode {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        /** The value of a key; null when the key is absent. */
        @Nullable
        ConfigNode get(String key) {
            Entry entry = entries.get(key);
            return entry == null ? null : entry.value();
        }

        /**
         * The same group with one value put in or replaced. What is wrong with a value from another source is that
         * source's fault, so the key then stands there, too.
         */
        Mapping with(String key, ConfigNode value) {
            Map<String, Entry> changed = new LinkedHashMap<>(entries);
            Entry old = entries.get(key);
            Location keyLocation = value.location();
            if (old != null && old.keyLocation().source().equals(keyLocation.source())) {
                keyLocation = old.keyLocation();
            }
            changed.put(key, new Entry(keyLocation, value));
            return new Mapping(changed, location);
        }

        @Override
        public String describe() {
            return entries.isEmpty() ? "an empty group {}" : "the keys " + String.join(", ", entries.keySet());
        }
    }

    /**
     * A value that cannot be had. Whoever meets it while binding says nothing more about it.
     *
     * @param unsetVariables the variables it needs; empty when what is wrong with it has been noted
     * @param location where it stands
     */
    record Unusable(List<String> unsetVariables, Location location) implements ConfigNode {
        public Unusable {
            unsetVariables = List.copyOf(unsetVariables);
        }

        @Override
        public String describe() {
            return "an unusable value";
        }
    }

    /** A key's place and its value. */
    record Entry(Location keyLocation, ConfigNode value) {}
}
