package dev.lockstep.core.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes job files. All errors of a file and its overrides are reported in one {@link LockstepException} of
 * {@link ExitCode#USAGE}, one a line: {@code file:line: key: expected X, found Y; did you mean "Z"?}
 */
public final class JobFile {
    private JobFile() {}

    /**
     * Reads a job file.
     *
     * @param text YAML 1.2
     * @param sourceName what messages call it, usually its path
     * @param overrides {@code key=value} in the order they are applied, keys dotted, list elements by index, values in
     *     YAML
     * @param variables what <code>${NAME}</code> and <code>${NAME:-default}</code> stand for
     * @throws LockstepException listing everything that is wrong
     */
    public static JobConfig read(
            String text, String sourceName, List<String> overrides, Map<String, String> variables) {
        return read(text, sourceName, overrides, variables::get);
    }

    /** The same with variables from anywhere; null for one that is not set. */
    static JobConfig read(
            String text, String sourceName, List<String> overrides, Function<String, @Nullable String> variables) {
        Problems problems = new Problems();
        ConfigNode tree = SettingsFile.tree(JobConfig.class, text, sourceName, overrides, variables, problems);
        return bind(tree, problems);
    }

    /**
     * Reads what {@link #toJson} wrote: nothing in it stands for a variable.
     *
     * @throws LockstepException listing everything that is wrong
     */
    public static JobConfig fromJson(String json) {
        Problems problems = new Problems();
        return bind(YamlReader.readFile(json, "job as JSON", problems), problems);
    }

    private static JobConfig bind(@Nullable ConfigNode tree, Problems problems) {
        JobConfig job = tree == null ? null : RecordBinder.bind(JobConfig.class, tree, problems);
        if (job != null && tree != null) {
            new JobChecks(tree, problems).check(job);
        }
        problems.throwIfAny();
        return Objects.requireNonNull(job, "a job that is null without a problem");
    }

    /** The resolved job as JSON, every default spelt out; {@link #fromJson} reads it back to an equal record. */
    public static ObjectNode toJson(JobConfig job) {
        return RecordWriter.toJson(job);
    }

    /**
     * The resolved job as YAML, every default spelt out; {@link #read} reads it back to an equal record. Of a job that
     * was {@link KeptJob kept} the references that stand for secrets are references again.
     */
    public static String toYaml(JobConfig job) {
        return YamlWriter.document(JsonTexts.map(toJson(job), (path, key, text) -> KeptJob.escape(key, text)));
    }

    /** The same for a log: secrets in Spark settings and in URIs are replaced by {@code ***}. */
    public static String toRedactedYaml(JobConfig job) {
        return YamlWriter.document(
                JsonTexts.map(Redaction.of(toJson(job)), (path, key, text) -> KeptJob.escape(key, text)));
    }
}
