package dev.lockstep.spark.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** Trains nothing: a model of four numbers, whose accuracy the test says. */
final class FakeTraining implements PipelineEngine {
    private static final String JOB =
            """
            name: tiny
            data: {format: digits, train_samples: 10, test_samples: 10}
            model: {layers: [flatten, dense: {units: 10, activation: softmax}]}
            training: {loss: sparse_categorical_crossentropy, optimizer: adam, metrics: [accuracy]}
            """;

    final List<String> trained = new ArrayList<>();
    final List<String> evaluated = new ArrayList<>();
    double accuracy = 0.9;

    @Nullable
    LockstepException failure;

    @Override
    public JobConfig job(JobOrder order) {
        return JobFile.read(JOB, order.job(), List.of(), Map.of());
    }

    @Override
    public ObjectNode train(JobOrder order, String runDirectory) {
        trained.add(String.join(" ", order.overrides()));
        if (failure != null) {
            throw failure;
        }
        RunDirectory run = RunDirectory.at(runDirectory, new Configuration());
        try {
            run.make();
            ObjectNode description = JsonNodeFactory.instance.objectNode().put("accuracy", accuracy);
            new ModelArchive(run.storage())
                    .write(new SavedModel(7, description, new float[] {1, 2, 3, trained.size()}), "run", () -> 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("status", "completed")
                .put("epochs", 1)
                .put("steps", 7)
                .put("parameters_sha256", "abc");
    }

    @Override
    public ObjectNode evaluate(JobOrder order, String model, String workplace) {
        evaluated.add(model);
        try {
            double of = new ModelArchive(RunDirectory.storageAt(model, new Configuration()))
                    .read()
                    .description()
                    .path("accuracy")
                    .asDouble();
            return JsonNodeFactory.instance.objectNode().put("loss", 1 - of).put("accuracy", of);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean stopRequested() {
        return false;
    }
}
