package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.DamagedCheckpointException;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.checkpoint.StrictJson;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.spark.data.FittedData;
import dev.lockstep.spark.pipeline.ModelPointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * A model as a run left it.
 *
 * @param parent the directory that holds the model's, such as a run directory
 * @param job that trained it
 * @param network what it computes
 * @param parameters the flat vector
 * @param step after which it was saved
 * @param directory the model's own, {@code model} or {@code model-best}
 * @param fitted how samples are read and what their classes are called
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record TrainedModel(
        String parent,
        JobConfig job,
        NetworkPlan network,
        float[] parameters,
        long step,
        String directory,
        FittedData fitted) {
    /**
     * Loads a model: the one place where it is decided what a location names.
     *
     * @param location a run directory, or a model directory in it: {@code model} or {@code model-best}; or the file
     *     {@code current} of a pipeline's models
     * @throws LockstepException with {@link ExitCode#MODEL} when there is none or it is damaged
     */
    public static TrainedModel load(String location, Configuration configuration) {
        String trimmed = ModelPointer.follow(location, configuration).replaceAll("/+$", "");
        String directory = trimmed.endsWith("/" + ModelArchive.BEST_DIRECTORY)
                ? ModelArchive.BEST_DIRECTORY
                : ModelArchive.DIRECTORY;
        String suffix = "/" + directory;
        String parent = trimmed.endsWith(suffix) ? trimmed.substring(0, trimmed.length() - suffix.length()) : trimmed;
        ModelArchive archive = new ModelArchive(RunDirectory.storageAt(parent, configuration), directory);
        try {
            if (!archive.exists()) {
                throw new LockstepException(
                        ExitCode.MODEL,
                        "no model in " + parent + "; expected a run directory with a finished " + directory
                                + "/ (a stopped run is finished by the train command that began it)");
            }
            return of(archive.read(), parent, directory);
        } catch (DamagedCheckpointException e) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    e.getMessage() + "; copy it again from where it was trained, or train anew with --fresh",
                    e);
        } catch (IOException e) {
            throw new LockstepException(ExitCode.MODEL, parent + suffix + ": " + e.getMessage(), e);
        }
    }

    /**
     * A model as an archive holds it.
     *
     * @throws LockstepException with {@link ExitCode#MODEL} when its parts do not fit together
     */
    static TrainedModel of(SavedModel saved, String parent, String directory) {
        String where = parent + "/" + directory;
        ModelDescription description = ModelDescription.read(saved.description(), where);
        NetworkPlan network;
        try {
            network = description.network();
        } catch (IllegalArgumentException e) {
            throw new LockstepException(
                    ExitCode.MODEL, where + ": model.json describes no network: " + e.getMessage(), e);
        }
        if (network.parameterCount() != saved.parameters().length) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    where + ": the layers have " + network.parameterCount() + " parameters, the file holds "
                            + saved.parameters().length);
        }
        return new TrainedModel(
                parent, description.job(), network, saved.parameters(), saved.step(), directory, description.fitted());
    }

    /**
     * A model as it travels to executors: see {@link #description}.
     *
     * @throws LockstepException with {@link ExitCode#MODEL} when its parts do not fit together
     */
    public static TrainedModel of(String description, float[] parameters) {
        try {
            SavedModel saved =
                    new SavedModel(0, StrictJson.parse(description.getBytes(StandardCharsets.UTF_8)), parameters);
            return of(saved, "memory", ModelArchive.DIRECTORY);
        } catch (IOException e) {
            throw new LockstepException(ExitCode.MODEL, "the description of a model: " + e.getMessage(), e);
        }
    }

    /** Everything but the parameters, as JSON without secrets: what {@link #of(String, float[])} takes beside them. */
    public String description() {
        ObjectNode description = ModelDescription.of(job, network.inputShape(), null, null);
        fitted.write(description);
        return description.toString();
    }

    /** Where the model itself is: what {@link #load} is given to find it again. */
    public String location() {
        return parent + "/" + directory;
    }

    /** The directory that holds {@code model/}, whether it or the model directory itself is named. */
    static String parentOf(String location) {
        String trimmed = location.replaceAll("/+$", "");
        String suffix = "/" + ModelArchive.DIRECTORY;
        return trimmed.endsWith(suffix) ? trimmed.substring(0, trimmed.length() - suffix.length()) : trimmed;
    }

    /** The names of the classes that the outputs tell apart, or null where there are none. */
    public @Nullable List<String> classNames() {
        List<String> names = fitted.classNames();
        int classes = Math.max(2, network.outputShape().size());
        return names != null && names.size() == classes ? names : null;
    }

    /** A replica with these parameters. */
    public ModelReplica replica(int maximumBatchSize, int threads) {
        ModelReplica replica = ModelReplicas.create(network, maximumBatchSize, threads);
        System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
        return replica;
    }
}
