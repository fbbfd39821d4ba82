package dev.lockstep.spark.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.evaluation.AccuracyMetric;
import dev.lockstep.core.evaluation.RocAucMetric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The figures that Spark's metrics system has of a run's events, and when the run will be over. */
class TrainingSourceTest {
    private static final String EPOCH =
            """
            {"event": "epoch", "epoch": 3, "epochs": 10, "step": 300, "steps_per_epoch": 100, "seconds": 2.5,
             "samples_per_second": 6000.5, "learning_rate": 0.001, "loss": 0.25, "accuracy": 0.9, "val_loss": 0.5,
             "val_accuracy": 0.75, "val_roc_auc": null,
             "phase_seconds": {"data": 0.1, "compute": 1.5, "merge": 0.75, "update": 0.15}, "bytes_per_step": 437692.0,
             "own_seconds": [1.0, 4.0, 1.5], "lost_seconds": [0, 2.75, 0], "stragglers": [{"rank": 1}]}
            """;

    private final TrainingSource source = new TrainingSource(List.of(new AccuracyMetric(), new RocAucMetric()), 3);
    private final AtomicLong nanos = new AtomicLong(7);
    private final Course course = new Course(3, nanos::get);

    private static ObjectNode event(String json) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(json);
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException(json, failure);
        }
    }

    private double value(String name) {
        Gauge<?> gauge =
                Objects.requireNonNull(source.metricRegistry().getGauges().get(name), name);
        return ((Number) gauge.getValue()).doubleValue();
    }

    @Test
    void whatNobodyHasToldIsNotANumberAndCountsAreZero() {
        assertThat(value("loss")).isNaN();
        assertThat(value("validation.roc_auc")).isNaN();
        assertThat(value("epoch")).isZero();
        assertThat(value("workers.present")).isZero();
        assertThat(value("workers.expected")).isEqualTo(3);
        assertThat(source.metricRegistry().getNames())
                .contains("train.accuracy")
                .as("only validation and test have it")
                .doesNotContain("train.roc_auc");
    }

    @Test
    void anEpochHasItsFigures() {
        source.accept(event(EPOCH));
        assertThat(value("epoch")).isEqualTo(3);
        assertThat(value("epochs")).isEqualTo(10);
        assertThat(value("step")).isEqualTo(300);
        assertThat(value("progress_ratio")).isEqualTo(0.3);
        assertThat(value("loss")).isEqualTo(0.25);
        assertThat(value("train.accuracy")).isEqualTo(0.9);
        assertThat(value("validation.loss")).isEqualTo(0.5);
        assertThat(value("validation.accuracy")).isEqualTo(0.75);
        assertThat(value("validation.roc_auc")).isNaN();
        assertThat(value("learning_rate")).isEqualTo(0.001);
        assertThat(value("samples_per_second")).isEqualTo(6000.5);
        assertThat(value("phase.compute_seconds")).isEqualTo(1.5);
        assertThat(value("phase.merge_seconds")).isEqualTo(0.75);
        assertThat(value("bytes_per_step")).isEqualTo(437692);
        assertThat(value("straggler.lost_seconds")).isEqualTo(2.75);
        assertThat(value("stragglers")).isEqualTo(1);

        source.accept(event("{\"event\": \"progress\", \"epoch\": 4, \"epochs\": 10, \"step\": 350,"
                + " \"steps_per_epoch\": 100, \"samples_per_second\": null, \"loss\": 0.2, \"accuracy\": 0.95}"));
        assertThat(value("progress_ratio")).isEqualTo(0.35);
        assertThat(value("loss")).isEqualTo(0.2);
        assertThat(value("train.accuracy")).isEqualTo(0.95);
        assertThat(value("samples_per_second")).as("the last that was told").isEqualTo(6000.5);
        assertThat(value("validation.accuracy")).isEqualTo(0.75);
    }

    @Test
    void lossesOfWorkersAndWhatFollowsAreCounted() {
        source.accept(event("{\"event\": \"membership\", \"generation\": 1, \"workers\": 3, \"step\": 0}"));
        assertThat(value("workers.present")).isEqualTo(3);
        assertThat(value("workers.rejoins")).isZero();
        source.accept(event("{\"event\": \"worker_lost\", \"rank\": 1}"));
        source.accept(event("{\"event\": \"worker_lost\", \"rank\": 2}"));
        assertThat(value("workers.present")).isEqualTo(1);
        assertThat(value("workers.lost")).isEqualTo(2);
        source.accept(event("{\"event\": \"membership\", \"generation\": 2, \"workers\": 3, \"step\": 17}"));
        source.accept(event("{\"event\": \"recovered\", \"step\": 18, \"seconds\": 2.5}"));
        assertThat(value("workers.present")).isEqualTo(3);
        assertThat(value("workers.generation")).isEqualTo(2);
        assertThat(value("workers.rejoins")).isEqualTo(1);
        assertThat(value("recovery_seconds")).isEqualTo(2.5);
        source.accept(event("{\"event\": \"checkpoint\", \"step\": 20, \"seconds\": 0.5, \"bytes\": 1000}"));
        source.accept(event("{\"event\": \"checkpoint_failed\", \"step\": 40, \"attempt\": 1}"));
        source.accept(event("{\"event\": \"step_skipped\", \"step\": 41}"));
        source.accept(event("{\"event\": \"restart\", \"restarts\": 1, \"of\": 3}"));
        assertThat(value("checkpoint.step")).isEqualTo(20);
        assertThat(value("checkpoint.bytes")).isEqualTo(1000);
        assertThat(value("checkpoint.failures")).isEqualTo(1);
        assertThat(value("diverged")).isEqualTo(1);
        assertThat(value("restarts")).isEqualTo(1);
        assertThat(value("workers.present")).isZero();
    }

    @Test
    void theTimeLeftFollowsFromTheTimeSinceTheRunBegan() {
        course.accept(event("{\"event\": \"membership\", \"generation\": 1, \"workers\": 2, \"step\": 0}"));
        course.accept(event("{\"event\": \"resume\", \"step\": 100}"));
        nanos.addAndGet(20_000_000_000L);
        ObjectNode told = event(EPOCH);
        ObjectNode shown = course.accept(told);
        assertThat(shown.path("eta_seconds").asDouble())
                .as("700 steps at 200 in 20 s")
                .isEqualTo(70);
        assertThat(shown.path("workers").asInt()).isEqualTo(2);
        assertThat(told.has("workers"))
                .as("metrics.jsonl has it, and is as it was")
                .isFalse();
        source.accept(shown);
        assertThat(value("eta_seconds")).isEqualTo(70);

        ObjectNode atOnce = course.accept(
                event("{\"event\": \"progress\", \"step\": 100, \"epochs\": 10," + " \"steps_per_epoch\": 100}"));
        assertThat(atOnce.has("eta_seconds"))
                .as("nobody knows before the first step")
                .isFalse();
    }

    @Test
    void thePageNamesEveryMetric() throws Exception {
        Path root = Path.of(System.getProperty("lockstep.root"));
        String page = Files.readString(root.resolve("docs/watching.md"));
        TrainingSource none = new TrainingSource(List.of(), 1);
        assertThat(none.metricRegistry().getNames()).isNotEmpty().allSatisfy(name -> assertThat(page)
                .contains("`" + name + "`"));
    }
}
