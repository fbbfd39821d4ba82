package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.schema.Named;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code result.json}: what other programs read of a run. Absent figures are null. docs/run-directory.md describes it. */
final class RunResult {
    private static final String EARLY_STOPPING = "early_stopping";
    private static final String BEST = "best";

    /** What of an event is no figure. */
    private static final Set<String> EVENT_FIELDS = Set.of(
            "event",
            "epoch",
            "epochs",
            "step",
            "steps_per_epoch",
            "seconds",
            "phase_seconds",
            "time",
            EARLY_STOPPING,
            BEST);

    private final JobConfig job;
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    /** The figures that a run has whatever its end. */
    RunResult(String status, JobConfig job, String runId, int workers, String master) {
        this.job = job;
        json.put("status", status);
        json.put("name", job.name());
        json.put("run_id", runId);
        json.put("seed", job.seed());
        json.put("workers", workers);
        json.put("sync", syncName(job));
        json.put("master", master);
        json.putNull("error");
    }

    static String syncName(JobConfig job) {
        Named named = job.cluster().sync().getClass().getAnnotation(Named.class);
        return named == null ? "unknown" : named.value();
    }

    /** Why the run did not end well. */
    RunResult error(@Nullable String message) {
        json.put("error", message);
        return this;
    }

    /** What the journal heard of training, validation and test. */
    RunResult figures(RunJournal journal) {
        ObjectNode epoch = journal.lastEpoch();
        json.put("epochs", epoch == null ? 0 : epoch.path("epoch").asInt());
        ObjectNode train = JsonNodeFactory.instance.objectNode();
        ObjectNode validation = JsonNodeFactory.instance.objectNode();
        if (epoch != null) {
            Iterator<Map.Entry<String, JsonNode>> fields = epoch.fields();
            while (fields.hasNext()) {
                Map.Entry<String, JsonNode> field = fields.next();
                if (field.getKey().startsWith("val_")) {
                    validation.set(field.getKey().substring("val_".length()), field.getValue());
                } else if (!EVENT_FIELDS.contains(field.getKey())) {
                    train.set(field.getKey(), field.getValue());
                }
            }
        }
        putOrNull("train", train);
        putOrNull("validation", validation);
        putSelection(epoch);
        ObjectNode test = journal.test();
        ObjectNode testFigures = JsonNodeFactory.instance.objectNode();
        if (test != null) {
            test.fields().forEachRemaining(field -> {
                if (!EVENT_FIELDS.contains(field.getKey())) {
                    testFigures.set(field.getKey(), field.getValue());
                }
            });
        }
        putOrNull("test", testFigures);
        putSplits(journal.splits());
        Expectation.putInto(json, job.expected());
        return this;
    }

    /** What the last epoch told of the best one, and whether it was the last for that reason. */
    private void putSelection(@Nullable ObjectNode epoch) {
        json.putNull("stopped_early");
        json.putNull(BEST);
        if (epoch == null) {
            return;
        }
        JsonNode stopping = epoch.path(EARLY_STOPPING);
        if (stopping.path("stopped").asBoolean()) {
            ObjectNode stopped = json.putObject("stopped_early");
            stopped.set("epoch", epoch.path("epoch"));
            for (String key : List.of("best_epoch", "monitor", "best", "restores_best")) {
                stopped.set(key, stopping.path(key));
            }
        }
        if (epoch.path(BEST).isObject()) {
            json.set(BEST, epoch.path(BEST));
        }
    }

    private void putSplits(@Nullable ObjectNode event) {
        ObjectNode splits = JsonNodeFactory.instance.objectNode();
        if (event != null) {
            for (String part : List.of("train", "validation", "test")) {
                splits.set(part, event.path(part));
            }
        }
        putOrNull("splits", splits);
    }

    private void putOrNull(String key, ObjectNode figures) {
        json.set(key, figures.isEmpty() ? JsonNodeFactory.instance.nullNode() : figures);
    }

    /** The trained model. */
    RunResult model(long steps, int parameters, @Nullable String parametersSha256) {
        json.put("steps", steps);
        json.put("parameters", parameters);
        json.put("parameters_sha256", parametersSha256);
        return this;
    }

    /** How often workers came back and attempts were repeated, and how long it all took. */
    RunResult course(int workerRejoins, int restarts, double wallSeconds) {
        json.put("worker_rejoins", workerRejoins);
        json.put("restarts", restarts);
        json.put("wall_seconds", wallSeconds);
        return this;
    }

    /** Where things are. */
    RunResult places(String checkpoints, @Nullable String model) {
        json.put("checkpoints", checkpoints);
        json.put("model", model);
        return this;
    }

    ObjectNode json() {
        return json;
    }
}
