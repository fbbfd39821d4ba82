package dev.lockstep.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.CheckpointFormat;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.Manifest;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.VerifyAnswer;
import dev.lockstep.spark.cli.VerifyRequest;
import dev.lockstep.spark.pipeline.ModelPointer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** Checks what a run left against its checksums and against the rest of its directory. Changes nothing. */
final class RunVerification {
    private final Configuration configuration;
    private final List<VerifiedPart> parts = new ArrayList<>();
    private String location = "";

    private RunVerification(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * What was found.
     *
     * @throws LockstepException with {@link ExitCode#MODEL} when there is nothing to verify
     */
    static VerifyAnswer of(VerifyRequest request, Configuration configuration) {
        RunVerification verification = new RunVerification(configuration);
        String target = ModelPointer.model(request.target().replaceAll("(?<=.)/+$", ""), configuration);
        try {
            verification.look(target);
        } catch (IOException e) {
            throw new LockstepException(ExitCode.CLUSTER, target + " cannot be read: " + e.getMessage(), e);
        }
        return verification.answer(target, request.json());
    }

    private void look(String target) throws IOException {
        int slash = target.lastIndexOf('/');
        String name = target.substring(slash + 1);
        String parent = slash < 0 ? "." : target.substring(0, Math.max(1, slash));
        RunDirectory directory = RunDirectory.at(target, configuration);
        location = directory.location();
        if (directory.exists(TrainingRun.JOB)) {
            run(directory);
        } else if (name.matches("step-\\d+")) {
            RunExpectations expected = expectationsAround(RunDirectory.at(parent, configuration));
            checkpoint(RunDirectory.storageAt(parent, configuration), name, "", expected);
        } else if (name.equals(ModelArchive.DIRECTORY) || name.equals(ModelArchive.BEST_DIRECTORY)) {
            model(RunDirectory.storageAt(parent, configuration), name);
        } else {
            checkpoints(RunDirectory.storageAt(target, configuration), "", expectationsAround(directory));
        }
    }

    /** Of the run in whose directory checkpoints lie, where they lie in one. */
    private RunExpectations expectationsAround(RunDirectory checkpoints) throws IOException {
        String path = checkpoints.location();
        int slash = path.lastIndexOf('/');
        return slash <= 0
                ? RunExpectations.NONE
                : RunExpectations.of(RunDirectory.at(path.substring(0, slash), configuration), configuration);
    }

    private void run(RunDirectory run) throws IOException {
        RunExpectations expected;
        try {
            expected = RunExpectations.of(run, configuration);
        } catch (LockstepException e) {
            parts.add(new VerifiedPart("job", TrainingRun.JOB, null, e.getMessage()));
            return;
        }
        parts.add(new VerifiedPart("job", TrainingRun.JOB, null, null));
        if (expected.job() != null) {
            CheckpointStorage storage = TrainingRun.checkpoints(run, expected.job(), configuration);
            String prefix = storage.location().startsWith(run.location() + "/")
                    ? storage.location().substring(run.location().length() + 1) + "/"
                    : storage.location() + "/";
            checkpoints(storage, prefix, expected);
        }
        for (String model : List.of(ModelArchive.DIRECTORY, ModelArchive.BEST_DIRECTORY)) {
            if (run.exists(model)) {
                model(run.storage(), model);
            }
        }
    }

    private void checkpoints(CheckpointStorage storage, String prefix, RunExpectations expected) throws IOException {
        CheckpointFormat format = new CheckpointFormat(storage);
        for (String name : format.directories()) {
            checkpoint(storage, name, prefix, expected);
        }
        for (String name : format.debris()) {
            parts.add(new VerifiedPart("debris", prefix + name, null, null));
        }
    }

    private void checkpoint(CheckpointStorage storage, String name, String prefix, RunExpectations expected) {
        try {
            Manifest manifest = new CheckpointFormat(storage).verify(name);
            parts.add(new VerifiedPart("checkpoint", prefix + name, manifest, expected.objection(manifest)));
        } catch (LockstepException | IOException e) {
            parts.add(new VerifiedPart("checkpoint", prefix + name, null, String.valueOf(e.getMessage())));
        }
    }

    private void model(CheckpointStorage parent, String name) {
        try {
            Manifest manifest = new ModelArchive(parent, name).verify();
            parts.add(new VerifiedPart("model", name, manifest, objectionToModel(parent.location() + "/" + name)));
        } catch (LockstepException | IOException e) {
            parts.add(new VerifiedPart("model", name, null, String.valueOf(e.getMessage())));
        }
    }

    /** Whether the description fits the parameters. */
    private @Nullable String objectionToModel(String place) {
        try {
            TrainedModel.load(place, configuration);
            return null;
        } catch (LockstepException e) {
            return e.getMessage();
        }
    }

    private VerifyAnswer answer(String target, boolean json) {
        if (parts.isEmpty()) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    "nothing to verify in " + target + ": expected a run directory, a directory of checkpoints, a"
                            + " checkpoint or a model");
        }
        long damaged = parts.stream().filter(part -> !part.sound()).count();
        return new VerifyAnswer(json ? json(damaged) : text(damaged), damaged == 0);
    }

    private String text(long damaged) {
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add(location);
        parts.forEach(part -> lines.add("  " + part.line()));
        lines.add(
                damaged == 0
                        ? "all sound"
                        : damaged + " of " + parts.size() + (damaged == 1 ? " is damaged" : " are damaged"));
        return lines.toString();
    }

    private String json(long damaged) {
        ObjectNode tree = new ObjectMapper().createObjectNode();
        tree.put("target", location).put("sound", damaged == 0).put("damaged", damaged);
        ArrayNode list = tree.putArray("parts");
        parts.forEach(part -> list.add(part.json()));
        return tree.toPrettyString() + "\n";
    }
}
