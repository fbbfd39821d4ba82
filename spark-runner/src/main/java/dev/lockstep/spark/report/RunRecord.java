package dev.lockstep.spark.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.config.Redaction;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run directory tells of a run; docs/run-directory.md describes it. Whatever is missing is empty, whatever cannot
 * be read is left out: a page about half a run is better than none.
 *
 * @param name of the job
 * @param location of the run directory
 * @param job the resolved job without its secrets; empty when it cannot be read
 * @param settings the same as YAML
 * @param events of metrics.jsonl, in order
 * @param result of result.json; empty while the run lasts
 * @param classNames in the order of their numbers; empty for none
 */
public record RunRecord(
        String name,
        String location,
        JsonNode job,
        String settings,
        List<ObjectNode> events,
        JsonNode result,
        List<String> classNames) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public RunRecord {
        events = List.copyOf(events);
        classNames = List.copyOf(classNames);
    }

    /**
     * Reads the texts of a run directory.
     *
     * @param location of the directory
     * @param jobYaml {@code job.yaml}, or null
     * @param metrics {@code metrics.jsonl}, or null
     * @param result {@code result.json}, or null
     * @param description something that may have {@code class_names}: model.json or the manifest of the data; or null
     */
    public static RunRecord of(
            String location,
            @Nullable String jobYaml,
            @Nullable String metrics,
            @Nullable String result,
            @Nullable String description) {
        JsonNode job = MissingNode.getInstance();
        String settings = "";
        if (jobYaml != null) {
            try {
                JobConfig read = KeptJob.read(jobYaml, "job.yaml", Map.of());
                job = Redaction.of(JobFile.toJson(read));
                settings = JobFile.toRedactedYaml(read);
            } catch (LockstepException e) {
                settings = "job.yaml is not what this version writes: " + Redaction.of(String.valueOf(e.getMessage()));
            }
        }
        JsonNode ended = parse(result).orElse(MAPPER.createObjectNode());
        String lastPart = location.replaceAll("/+$", "").replaceAll("^.*/", "");
        String name = job.path("name").asText(ended.path("name").asText(lastPart.isEmpty() ? "run" : lastPart));
        return new RunRecord(name, location, job, settings, eventsOf(metrics), ended, namesIn(description));
    }

    private static List<ObjectNode> eventsOf(@Nullable String metrics) {
        List<ObjectNode> events = new ArrayList<>();
        if (metrics != null) {
            metrics.lines().forEach(line -> parse(line).ifPresent(events::add));
        }
        return events;
    }

    private static List<String> namesIn(@Nullable String description) {
        List<String> names = new ArrayList<>();
        parse(description).ifPresent(found -> found.path("class_names").forEach(name -> names.add(name.asText())));
        return names;
    }

    private static Optional<ObjectNode> parse(@Nullable String json) {
        if (json == null) {
            return Optional.empty();
        }
        try {
            return MAPPER.readTree(json) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** How the run ended; {@code not ended} as long as it lasts. */
    String status() {
        return result.path("status").asText("not ended");
    }

    /** All events of a kind. */
    List<ObjectNode> events(String kind) {
        return events.stream()
                .filter(event -> event.path("event").asText().equals(kind))
                .toList();
    }

    /** The first event of a kind, or a missing node. */
    JsonNode first(String kind) {
        List<ObjectNode> found = events(kind);
        return found.isEmpty() ? MissingNode.getInstance() : found.get(0);
    }

    /** The last event of a kind, or a missing node. */
    JsonNode last(String kind) {
        List<ObjectNode> found = events(kind);
        return found.isEmpty() ? MissingNode.getInstance() : found.get(found.size() - 1);
    }

    /** The figures of the test samples, or those of the validation samples where there are none; may be missing. */
    JsonNode judged() {
        return result.path("test").isObject() ? result.path("test") : result.path("validation");
    }

    /** What {@link #judged} is about. */
    String judgedName() {
        return result.path("test").isObject() ? "test" : "validation";
    }

    /** What a class is called: its name and number, or the number alone. */
    String className(int number) {
        return number >= 0 && number < classNames.size() ? classNames.get(number) : Integer.toString(number);
    }
}
