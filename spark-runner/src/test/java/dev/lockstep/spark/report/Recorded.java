package dev.lockstep.spark.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The texts of a run directory, as a run of a small classifier leaves them. */
final class Recorded {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");

    final StringBuilder metrics = new StringBuilder();
    final ObjectNode result = MAPPER.createObjectNode();
    String location = "runs/digits";
    String job =
            """
            name: digits
            data: {format: digits, train_samples: 600, test_samples: 200, scale: 255, validation: {split: 0.1}}
            model:
              layers:
                - flatten
                - dense: {units: 3, activation: softmax}
            training: {loss: sparse_categorical_crossentropy, batch_size: 60, epochs: 10, metrics: [accuracy]}
            cluster: {workers: 2, spark: {spark.some.password: hunter2}}
            """;
    List<String> classNames = List.of("ankle boot", "bag", "coat");
    private int seconds;

    /** A run of so many epochs that went well. */
    static Recorded completed(int epochs) {
        Recorded run = new Recorded();
        run.add(run.event("membership").put("generation", 1).put("workers", 2));
        run.add(run.splits());
        for (int epoch = 1; epoch <= epochs; epoch++) {
            run.addEpoch(epoch, epochs);
        }
        run.add(run.event("checkpoint")
                .put("step", 10 * epochs)
                .put("bytes", 1000)
                .put("seconds", 0.1));
        ObjectNode test = run.test(0.83, 0.4);
        run.add(((ObjectNode) test.deepCopy()).put("event", "test").put("step", 10 * epochs));
        run.add(run.samples());
        run.result.put("status", "completed").put("epochs", epochs).put("steps", 10 * epochs);
        run.result.put("workers", 2).put("sync", "gradient_sharing").put("parameters", 2355);
        run.result.put("wall_seconds", 12.5).putNull("error");
        run.result.putObject("train").put("loss", 0.3).put("accuracy", 0.9).put("samples_per_second", 12345.6);
        run.result.putObject("validation").put("loss", 0.35).put("accuracy", 0.88);
        run.result.set("test", test);
        return run;
    }

    ObjectNode event(String kind) {
        return MAPPER.createObjectNode().put("event", kind);
    }

    void add(ObjectNode event) {
        event.put("time", START.plusSeconds(seconds++).toString());
        metrics.append(event).append('\n');
    }

    void addEpoch(int epoch, int epochs) {
        ObjectNode event =
                event("epoch").put("epoch", epoch).put("epochs", epochs).put("step", 10L * epoch);
        event.put("steps_per_epoch", 10).put("seconds", 1.0).put("samples_per_second", 10_000 + 37 * (epoch % 7));
        event.put("learning_rate", 0.001 * Math.pow(0.9, epoch));
        event.put("loss", 2.0 / epoch).put("accuracy", 1 - 0.9 / epoch);
        event.put("val_loss", 2.1 / epoch + 0.01).put("val_accuracy", 1 - 0.95 / epoch);
        event.putObject("phase_seconds")
                .put("data", 0.1)
                .put("compute", 0.7)
                .put("merge", 0.15)
                .put("update", 0.05);
        event.put("bytes_per_step", 9420);
        add(event);
        add(histograms(epoch));
    }

    private ObjectNode splits() {
        ObjectNode event = event("splits");
        event.putObject("train")
                .put("samples", 540)
                .putArray("class_counts")
                .add(400)
                .add(100)
                .add(40);
        event.putObject("validation")
                .put("samples", 60)
                .putArray("class_counts")
                .add(44)
                .add(11)
                .add(5);
        event.putObject("test")
                .put("samples", 200)
                .putArray("class_counts")
                .add(150)
                .add(35)
                .add(15);
        return event;
    }

    private ObjectNode test(double accuracy, double loss) {
        ObjectNode test = MAPPER.createObjectNode();
        test.put("loss", loss).put("accuracy", accuracy).put("samples", 200);
        test.putObject("baseline").put("loss", 0.72).put("accuracy", 0.75);
        ArrayNode matrix = test.putArray("confusion_matrix");
        matrix.addArray().add(140).add(8).add(2);
        matrix.addArray().add(10).add(22).add(3);
        matrix.addArray().add(9).add(2).add(4);
        return test;
    }

    private ObjectNode samples() {
        ObjectNode event = event("samples").put("role", "test");
        event.putArray("shape").add(28).add(28);
        Random random = new Random(1);
        ArrayNode chosen = event.putArray("chosen");
        ArrayNode worst = event.putArray("worst");
        for (int i = 0; i < 16; i++) {
            chosen.add(sample(i, i % 3, i % 3, random));
            worst.add(sample(40 + i, i % 3, (i + 1) % 3, random));
        }
        return event;
    }

    private static ObjectNode sample(int index, int actual, int predicted, Random random) {
        byte[] pixels = new byte[28 * 28];
        random.nextBytes(pixels);
        return MAPPER.createObjectNode()
                .put("index", index)
                .put("actual", actual)
                .put("predicted", predicted)
                .put("probability", 0.93)
                .put("loss", 1.0 / (index + 1))
                .put("pixels", Base64.getEncoder().encodeToString(pixels));
    }

    private ObjectNode histograms(int epoch) {
        ObjectNode event = event("histograms").put("epoch", epoch).put("step", 10L * epoch);
        ArrayNode layers = event.putArray("layers");
        for (String layer : List.of("dense", "dense_1")) {
            for (String kind : List.of("weights", "gradients", "activations")) {
                ObjectNode histogram =
                        layers.addObject().put("layer", layer).put("kind", kind).put("name", layer + "/kernel");
                histogram.put("mean", 0.01).put("standard_deviation", 0.2).put("norm", 3.0 / epoch);
                ArrayNode edges = histogram.putArray("edges");
                ArrayNode counts = histogram.putArray("counts");
                for (int i = 0; i <= 20; i++) {
                    edges.add(-1 + 0.1 * i);
                }
                for (int i = 0; i < 20; i++) {
                    counts.add(100 - (i - 10) * (i - 10));
                }
            }
        }
        return event;
    }

    RunRecord record() {
        return RunRecord.of(location, job, metrics.toString(), result.isEmpty() ? null : result.toString(), names());
    }

    private @Nullable String names() {
        ObjectNode description = MAPPER.createObjectNode();
        ArrayNode names = description.putArray("class_names");
        classNames.forEach(names::add);
        return description.toString();
    }
}
