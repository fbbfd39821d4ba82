package dev.lockstep.core.config;

import dev.lockstep.core.config.ConfigNode.Mapping;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads any annotated record as job files are read: the same YAML, variables, overrides, defaults and messages. {@link
 * JobFile} is the job's own door to it, with the checks that go across a job's keys.
 */
public final class SettingsFile {
    private SettingsFile() {}

    /**
     * Reads a file.
     *
     * @param type the record that the whole file is
     * @param text YAML 1.2
     * @param sourceName what messages call it, usually its path
     * @param overrides {@code key=value} in the order they are applied
     * @param variables what <code>${NAME}</code> and <code>${NAME:-default}</code> stand for
     * @throws LockstepException of {@link ExitCode#USAGE} listing everything that is wrong
     */
    public static <T extends Record> T read(
            Class<T> type, String text, String sourceName, List<String> overrides, Map<String, String> variables) {
        Problems problems = new Problems();
        ConfigNode tree = tree(type, text, sourceName, overrides, variables::get, problems);
        T bound = tree == null ? null : RecordBinder.bind(type, tree, problems);
        problems.throwIfAny();
        return Objects.requireNonNull(bound, "a record that is null without a problem");
    }

    /** The file with variables replaced and overrides applied; null for one that is no YAML, which is then noted. */
    static @Nullable ConfigNode tree(
            Class<? extends Record> type,
            String text,
            String sourceName,
            List<String> overrides,
            Function<String, @Nullable String> variables,
            Problems problems) {
        Variables resolver = new Variables(variables, problems);
        Overrides overrider = new Overrides(resolver, problems);
        ConfigNode file = YamlReader.readFile(text, sourceName, problems);
        // A broken file has no keys to override, but a broken override is still worth a message.
        ConfigNode tree = file == null ? new Mapping(Map.of(), new Location(sourceName, 1)) : resolver.resolve(file);
        for (String override : overrides) {
            tree = overrider.apply(tree, type, override);
        }
        resolver.reportUnset(tree, "");
        return file == null ? null : tree;
    }
}
