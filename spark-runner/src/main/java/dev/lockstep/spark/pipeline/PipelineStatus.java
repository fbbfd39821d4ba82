package dev.lockstep.spark.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** What is published and how the last days ended. Changes nothing, and needs no lease. */
final class PipelineStatus {
    private static final int MOST_DAYS = 10;

    private PipelineStatus() {}

    /** As JSON. */
    static ObjectNode json(PipelineSpec spec, RunDirectory directory, PublishedModels models) throws IOException {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        Optional<VersionPointer> pointer = models.pointer();
        status.put("pipeline", spec.name());
        status.put("current", pointer.map(VersionPointer::current).orElse(null));
        status.put("rollback_to", pointer.flatMap(VersionPointer::previous).orElse(null));
        status.put("model", models.pointerLocation());
        ArrayNode versions = status.putArray("versions");
        models.present().forEach(versions::add);
        ArrayNode days = status.putArray("days");
        RunDirectory all = directory.directory("days");
        List<String> names =
                new ArrayList<>(all.list().stream().filter(ScheduleSpec::isDate).toList());
        Collections.reverse(names);
        for (String name : names.subList(0, Math.min(MOST_DAYS, names.size()))) {
            ObjectNode day = days.addObject().put("date", name);
            Optional<ObjectNode> result = new Day(LocalDate.parse(name), all.directory(name)).result();
            day.put("status", result.map(of -> of.path("status").asText()).orElse("unfinished"));
            day.put("message", result.map(of -> of.path("message").asText()).orElse(""));
        }
        return status;
    }

    /** As text, with line ends. */
    static String text(ObjectNode status) {
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add("Pipeline " + status.path("pipeline").asText());
        lines.add("  model:       " + status.path("model").asText());
        lines.add("  current:     " + status.path("current").asText("none"));
        lines.add("  rollback to: " + status.path("rollback_to").asText("none"));
        List<String> versions = new ArrayList<>();
        status.path("versions").forEach(version -> versions.add(version.asText()));
        lines.add("  versions:    " + (versions.isEmpty() ? "none" : String.join(", ", versions)));
        status.path("days")
                .forEach(day -> lines.add("  " + day.path("date").asText() + "  "
                        + day.path("status").asText() + "  "
                        + day.path("message").asText().lines().findFirst().orElse("")));
        return lines.toString();
    }
}
