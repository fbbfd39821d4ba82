package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.train.InProcessTraining.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics of a run: the same whatever the number of workers, beside what guessing gives. */
class MetricsTrainingTest {
    private static final long SEED = 1_123;
    private static final List<String> KEYS = List.of(
            "accuracy", "balanced_accuracy", "top_2_accuracy", "precision", "recall", "f1", "roc_auc", "pr_auc");
    private static final String METRICS = "training.metrics=[accuracy, balanced_accuracy, {top_k: {k: 2}}, precision,"
            + " recall, f1, roc_auc, pr_auc]";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private Result train(JobConfig job, int workers) {
        TrainingData data = TestJobs.data(SEED, 300, 61);
        TrainingData tested = new TrainingData(
                data.samples(), data.trainIndices(), data.validationIndices(), TestJobs.samples(SEED, 87));
        return new InProcessTraining(job, tested, workers, directory.resolve("w" + workers)).run();
    }

    private static JsonNode last(Result result, String event) throws IOException {
        String last = "";
        for (String text : result.events()) {
            last = text.contains("\"event\":\"" + event + "\"") ? text : last;
        }
        return new ObjectMapper().readTree(last);
    }

    @Test
    void threeWorkersTellTheFiguresOfOne() throws IOException {
        JobConfig job = TestJobs.classifier(METRICS, "training.epochs=2");
        Result one = train(job, 1);
        Result three = train(job, 3);
        JsonNode alone = last(one, "epoch");
        JsonNode together = last(three, "epoch");
        JsonNode test = last(one, "test");
        for (String key : KEYS) {
            // Rounding may tell a sample from another one; a wrong merge tells many.
            assertThat(together.path("val_" + key).asDouble())
                    .as(key)
                    .isGreaterThan(0.3)
                    .isCloseTo(alone.path("val_" + key).asDouble(), within(0.02));
            assertThat(test.path(key).asDouble())
                    .as(key)
                    .isGreaterThan(test.path("baseline").path(key).asDouble())
                    .isCloseTo(last(three, "test").path(key).asDouble(), within(0.02));
        }
        assertThat(alone.has("accuracy")).isTrue();
        assertThat(alone.has("f1"))
                .as("of the training samples only what every step tells")
                .isFalse();
        assertThat(test.path("baseline").path("roc_auc").asDouble()).isEqualTo(0.5);
        assertThat(test.path("per_class").path("recall")).hasSize(TestJobs.CLASSES);
        assertThat(test.path("macro").path("f1")).isEqualTo(test.path("f1"));
        assertThat(test.path("micro").path("f1").asDouble())
                .isCloseTo(test.path("accuracy").asDouble(), within(1e-12));
    }
}
