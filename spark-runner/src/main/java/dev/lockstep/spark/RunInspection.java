package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointFormat;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.Summary;
import dev.lockstep.core.train.ParametersHash;
import dev.lockstep.spark.pipeline.ModelPointer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.hadoop.conf.Configuration;

/** Describes a run, a checkpoint or a model for people. */
final class RunInspection {
    private static final int MOST_VALUES_SHOWN = 32;

    private RunInspection() {}

    /**
     * The description.
     *
     * @param target a run directory, its model directory, or one of its checkpoints
     */
    static String of(String target, Configuration configuration) {
        String trimmed = ModelPointer.follow(target, configuration).replaceAll("/+$", "");
        int slash = trimmed.lastIndexOf('/');
        String name = trimmed.substring(slash + 1);
        try {
            if (name.matches("step-\\d+")) {
                String parent = slash < 0 ? "." : trimmed.substring(0, slash);
                return checkpoint(RunDirectory.storageAt(parent, configuration), name);
            }
            RunDirectory directory = RunDirectory.at(trimmed, configuration);
            if (directory.exists(TrainingRun.JOB)) {
                return run(directory, configuration);
            }
            return model(TrainedModel.load(trimmed, configuration));
        } catch (IOException e) {
            throw new LockstepException(ExitCode.MODEL, target + ": " + e.getMessage(), e);
        }
    }

    private static String model(TrainedModel model) {
        return "Model of job \"" + model.job().name() + "\" after step " + model.step() + "\n"
                + Summary.of(model.network()) + "\n" + values(model) + "parameters_sha256: "
                + ParametersHash.sha256(model.parameters()) + "\n";
    }

    /** A line for each parameter array of a model so small that a person can read it, such as a straight line. */
    private static String values(TrainedModel model) {
        StringBuilder lines = new StringBuilder();
        if (model.parameters().length <= MOST_VALUES_SHOWN) {
            for (ParameterBlock block : model.network().blocks()) {
                float[] values = Arrays.copyOfRange(model.parameters(), block.offset(), block.end());
                lines.append(block.layer())
                        .append(' ')
                        .append(block.spec().name())
                        .append(": ")
                        .append(Arrays.toString(values))
                        .append('\n');
            }
        }
        return lines.toString();
    }

    private static String checkpoint(CheckpointStorage storage, String name) throws IOException {
        Checkpoint checkpoint = new CheckpointFormat(storage).read(name);
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add("Checkpoint " + storage.location() + "/" + name + " (complete, checksums verified)");
        lines.add("step " + checkpoint.step() + ", epoch "
                + (checkpoint.state().path("epoch").asInt() + 1) + ", step in epoch "
                + checkpoint.state().path("step_in_epoch").asInt());
        checkpoint.tensors().forEach((tensor, values) -> lines.add(tensor + ": " + values.length + " values"));
        float[] parameters = checkpoint.tensors().get("parameters");
        lines.add("parameters_sha256: " + (parameters == null ? "none" : ParametersHash.sha256(parameters)));
        return lines.toString();
    }

    private static String run(RunDirectory directory, Configuration configuration) throws IOException {
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add("Run " + directory.location());
        Optional<String> text = directory.readText(TrainingRun.RESULT);
        if (text.isPresent() && new ObjectMapper().readTree(text.get()) instanceof ObjectNode result) {
            lines.add("status: " + result.path("status").asText() + ", "
                    + result.path("epochs").asInt() + " epochs, "
                    + result.path("steps").asLong() + " steps, "
                    + result.path("workers").asInt() + " workers");
            if (result.path("error").isTextual()) {
                lines.add("error: " + result.path("error").asText());
            }
            addFigures(lines, result);
        } else {
            lines.add("status: not ended (no " + TrainingRun.RESULT + ")");
        }
        CheckpointStorage checkpoints = TrainingRun.checkpoints(
                directory,
                KeptJob.read(
                        directory.readText(TrainingRun.JOB).orElseThrow(),
                        directory.resolve(TrainingRun.JOB),
                        System.getenv()),
                configuration);
        List<String> steps = new CheckpointFormat(checkpoints).directories();
        lines.add("checkpoints: " + (steps.isEmpty() ? "none" : String.join(", ", steps)) + " in "
                + checkpoints.location());
        if (directory.exists(ModelArchive.BEST_DIRECTORY)) {
            lines.add("best model: " + directory.resolve(ModelArchive.BEST_DIRECTORY));
        }
        if (directory.exists(ModelArchive.DIRECTORY)) {
            lines.add("");
            lines.add(model(TrainedModel.load(directory.location(), configuration))
                    .stripTrailing());
        }
        return lines.toString();
    }

    private static void addFigures(StringJoiner lines, ObjectNode result) {
        for (String part : List.of("train", "validation", "test")) {
            JsonNode figures = result.path(part);
            String line = RunSummary.figures(part, figures);
            if (line != null) {
                lines.add(line);
            }
        }
    }
}
