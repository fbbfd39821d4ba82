package dev.lockstep.spark.watch;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.evaluation.Metric;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.metrics.source.Source;

/**
 * The figures of a run as gauges for Spark's metrics system. Nothing is measured here: each is the last that the events
 * of the run told, so that a step costs nothing, watched or not. What has not been told yet is NaN, counts are 0.
 * docs/watching.md lists them.
 */
public final class TrainingSource implements Source {
    private static final List<String> PHASES = List.of("data", "compute", "merge", "update");

    private static final String STEP = "step";
    private static final String LOSS = "loss";
    private static final String RESTARTS = "restarts";
    private static final String WORKERS_LOST = "workers.lost";
    private static final String WORKERS_REJOINS = "workers.rejoins";
    private static final String WORKERS_PRESENT = "workers.present";
    private static final String GENERATION = "workers.generation";
    private static final String CHECKPOINT = "checkpoint.";
    private static final String CHECKPOINT_FAILURES = "checkpoint.failures";
    private static final String DIVERGED = "diverged";

    private final MetricRegistry registry = new MetricRegistry();
    private final Map<String, Number> values = new ConcurrentHashMap<>();

    /**
     * Nothing has been told yet.
     *
     * @param metrics of the job
     * @param workers that the run is meant to have
     */
    public TrainingSource(List<Metric> metrics, int workers) {
        known("workers.expected", workers);
        for (String count : List.of(
                "epoch",
                "epochs",
                STEP,
                "steps_per_epoch",
                WORKERS_PRESENT,
                WORKERS_LOST,
                WORKERS_REJOINS,
                GENERATION,
                RESTARTS,
                CHECKPOINT_FAILURES,
                "stragglers",
                DIVERGED)) {
            known(count, 0);
        }
        for (String figure : List.of(
                "progress_ratio",
                "eta_seconds",
                LOSS,
                "learning_rate",
                "samples_per_second",
                "bytes_per_step",
                "validation." + LOSS,
                "recovery_seconds",
                "straggler.lost_seconds",
                CHECKPOINT + STEP,
                CHECKPOINT + "seconds",
                CHECKPOINT + "bytes")) {
            known(figure, Double.NaN);
        }
        PHASES.forEach(phase -> known(phase(phase), Double.NaN));
        for (Metric metric : metrics) {
            if (metric.running(1, 0, 0) != null) {
                known("train." + metric.key(), Double.NaN);
            }
            known("validation." + metric.key(), Double.NaN);
        }
    }

    private static String phase(String name) {
        return "phase." + name + "_seconds";
    }

    private void known(String name, Number first) {
        if (values.putIfAbsent(name, first) == null) {
            registry.register(name, (Gauge<Number>) () -> values.getOrDefault(name, Double.NaN));
        }
    }

    @Override
    public String sourceName() {
        return "lockstep";
    }

    @Override
    public MetricRegistry metricRegistry() {
        return registry;
    }

    /** Takes an event of the run. Those of workers come one after the other. */
    public synchronized void accept(ObjectNode event) {
        switch (event.path("event").asText()) {
            case "progress" -> progress(event);
            case "epoch" -> epoch(event);
            case "resume" -> copy(event, "", List.of("epoch", "epochs", STEP, "steps_per_epoch"));
            case "membership" -> membership(event);
            case "worker_lost" -> {
                count(WORKERS_LOST);
                values.merge(WORKERS_PRESENT, -1, (there, change) -> Math.max(0, there.intValue() - 1));
            }
            case "recovered" -> copyAs(event, "seconds", "recovery_seconds");
            case "restart" -> {
                copyAs(event, RESTARTS, RESTARTS);
                values.put(WORKERS_PRESENT, 0);
            }
            case "checkpoint" -> copy(event, CHECKPOINT, List.of(STEP, "seconds", "bytes"));
            case "checkpoint_failed" -> count(CHECKPOINT_FAILURES);
            case "step_skipped", "rolled_back", DIVERGED -> count(DIVERGED);
            default -> {
                // Nothing of it is a figure.
            }
        }
    }

    private void progress(ObjectNode event) {
        copy(event, "", List.of("epoch", "epochs", STEP, "steps_per_epoch", LOSS, "samples_per_second", "eta_seconds"));
        double steps =
                event.path("epochs").asDouble() * event.path("steps_per_epoch").asDouble();
        if (steps > 0) {
            values.put("progress_ratio", Math.min(1, event.path(STEP).asDouble() / steps));
        }
        event.fields().forEachRemaining(field -> figure(field.getKey(), field.getValue()));
    }

    /** Those of the job's metrics. */
    private void figure(String key, JsonNode value) {
        boolean ofValidation = key.startsWith("val_");
        String name = ofValidation ? "validation." + key.substring("val_".length()) : "train." + key;
        values.computeIfPresent(name, (unused, before) -> value.isNumber() ? value.numberValue() : before);
    }

    private void epoch(ObjectNode event) {
        progress(event);
        copy(event, "", List.of("learning_rate", "bytes_per_step"));
        PHASES.forEach(phase -> copyAs(event.path("phase_seconds"), phase, phase(phase)));
        values.put("stragglers", event.path("stragglers").size());
        double most = Double.NaN;
        for (JsonNode lost : event.path("lost_seconds")) {
            most = Double.isNaN(most) ? lost.asDouble() : Math.max(most, lost.asDouble());
        }
        values.put("straggler.lost_seconds", most);
    }

    private void membership(ObjectNode event) {
        copyAs(event, "generation", GENERATION);
        copyAs(event, "workers", WORKERS_PRESENT);
        if (event.path("generation").asLong() > 1) {
            count(WORKERS_REJOINS);
        }
    }

    private void count(String name) {
        values.merge(name, 1, (before, one) -> before.longValue() + 1);
    }

    private void copy(ObjectNode event, String prefix, List<String> keys) {
        keys.forEach(key -> copyAs(event, key, prefix + key));
    }

    private void copyAs(JsonNode event, String key, String name) {
        JsonNode value = event.path(key);
        if (value.isNumber()) {
            values.put(name, value.numberValue());
        }
    }
}
