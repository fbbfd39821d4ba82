package dev.lockstep.core.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The saved model of a run: a directory with {@code model.json}, {@code parameters.f32} and a manifest, written and
 * verified by the protocol of the package description.
 */
public final class ModelArchive {
    /** The newest format version that is read, and the one that is written. */
    public static final int FORMAT_VERSION = 1;

    /** The directory's name in a run directory. */
    public static final String DIRECTORY = "model";

    /** The name of the directory of the best model, which a job may ask for beside the last. */
    public static final String BEST_DIRECTORY = "model-best";

    private static final String DESCRIPTION = "model.json";
    private static final String PARAMETERS = "parameters.f32";
    private static final int DESCRIPTION_LIMIT_BYTES = 16 << 20;

    private final CheckpointStorage storage;
    private final String directory;
    private final SealedDirectory sealed;

    /** The model directory {@code model} of a run directory. */
    public ModelArchive(CheckpointStorage runDirectory) {
        this(runDirectory, DIRECTORY);
    }

    /**
     * @param parent what the model directory lies in
     * @param directory the model directory's name
     */
    public ModelArchive(CheckpointStorage parent, String directory) {
        this.storage = parent;
        this.directory = StorageName.check(directory);
        this.sealed = new SealedDirectory(parent, directory, "lockstep-model", FORMAT_VERSION);
    }

    /**
     * Writes the model; one that is there is moved aside and deleted when the new one is in its place.
     *
     * @param fencing the fencing number of the run lease; throws when the lease is lost
     */
    public Manifest write(SavedModel model, String runId, LongSupplier fencing) throws IOException {
        byte[] description = StrictJson.pretty(model.description());
        if (description.length > DESCRIPTION_LIMIT_BYTES) {
            throw new IllegalArgumentException("the description has " + description.length
                    + " bytes of JSON, the limit is " + DESCRIPTION_LIMIT_BYTES);
        }
        SortedMap<String, SealedDirectory.Contents> files = new TreeMap<>();
        files.put(DESCRIPTION, out -> out.write(description));
        files.put(PARAMETERS, out -> TensorBytes.write(model.parameters(), out));
        long bytes = description.length + (long) Float.BYTES * model.parameters().length;
        return sealed.write(directory, model.step(), runId, fencing, files, bytes);
    }

    /** Whether there is a model, whole or not. */
    public boolean exists() throws IOException {
        return storage.list().contains(sealed.presentName(directory));
    }

    /**
     * Verifies every byte of the model in little memory.
     *
     * @return its manifest
     * @throws DamagedCheckpointException naming the file, what was expected and what was found
     * @throws LockstepException when it is of a newer format version
     */
    public Manifest verify() throws IOException {
        String present = sealed.presentName(directory);
        Manifest manifest = sealed.reader().manifest(present);
        sealed.reader().check(present, manifest);
        return manifest;
    }

    /**
     * Reads the model and verifies every byte of it.
     *
     * @throws DamagedCheckpointException naming the file, what was expected and what was found
     * @throws LockstepException when there is none, or it is of a newer format version
     */
    public SavedModel read() throws IOException {
        String present = sealed.presentName(directory);
        if (!storage.list().contains(present)) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    "no model: expected a directory " + sealed.reader().path(directory)
                            + ", found none; train the run to its end first, or name another directory");
        }
        Manifest manifest = sealed.reader().manifest(present);
        byte[] json = sealed.reader().readBytes(present, manifest, DESCRIPTION, DESCRIPTION_LIMIT_BYTES);
        ObjectNode description;
        try {
            description = StrictJson.parse(json);
        } catch (IOException e) {
            throw new DamagedCheckpointException(
                    sealed.reader().path(present), DESCRIPTION, "one JSON object", String.valueOf(e.getMessage()), e);
        }
        return new SavedModel(manifest.step(), description, sealed.reader().readTensor(present, manifest, PARAMETERS));
    }
}
