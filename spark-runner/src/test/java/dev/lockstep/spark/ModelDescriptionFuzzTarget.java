package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.checkpoint.StrictJson;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FittedColumn;
import dev.lockstep.core.data.table.FittedStep;
import dev.lockstep.core.data.table.FittedTable;
import dev.lockstep.core.data.table.LabelForm;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.fuzz.FuzzTarget;
import dev.lockstep.spark.data.FittedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The description of a saved model: the job, the shape of a sample, and how its table is read. */
public final class ModelDescriptionFuzzTarget implements FuzzTarget {
    private static final String JOB =
            """
            name: small
            data: {format: idx, directory: /data}
            model: {layers: [{dense: {units: 3, activation: softmax}}]}
            training: {loss: sparse_categorical_crossentropy}
            """;

    @Override
    public String name() {
        return "model-description";
    }

    @Override
    public List<byte[]> seeds() {
        JobConfig job = JobFile.read(JOB, "job.yaml", List.of(), Map.of());
        ObjectNode description = ModelDescription.of(job, Shape.of(2), 3, null);
        FittedTable table = new FittedTable(
                List.of(new FittedColumn("a", ColumnKind.NUMBER, 1), new FittedColumn("b", ColumnKind.NUMBER, 1)),
                LabelForm.CLASS_NAMES,
                1,
                List.of(
                        new FittedStep.FillNumbers(List.of("a"), List.of(0.5)),
                        new FittedStep.Standardise(List.of("a", "b"), List.of(1.0, 2.0), List.of(1.0, 1.0))));
        new FittedData(List.of("x", "y", "z"), table).write(description);
        return List.of(description.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void read(byte[] input) {
        SavedModel saved;
        try {
            saved = new SavedModel(3, StrictJson.parse(input), new float[9]);
        } catch (IOException e) {
            throw new LockstepException(ExitCode.MODEL, "as the archive says it: " + e.getMessage(), e);
        }
        TrainedModel model = TrainedModel.of(saved, "runs/fuzzed", "model");
        if (model.network().parameterCount() != model.parameters().length) {
            throw new AssertionError("parameters that do not fit");
        }
        model.classNames();
    }

    @Override
    public List<String> words() {
        return List.of(
                "\"step\":\"one_hot\"",
                "\"step\":\"java.lang.String\"",
                "\"input_shape\":{}",
                "\"input_shape\":[2147483647,2147483647]",
                "\"units\":2147483647",
                "\"@class\":\"java.util.HashMap\"");
    }
}
