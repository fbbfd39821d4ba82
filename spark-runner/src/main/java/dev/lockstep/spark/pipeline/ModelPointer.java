package dev.lockstep.spark.pipeline;

import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the version behind {@code models/NAME/current}, wherever a model is asked for. */
public final class ModelPointer {
    /** The file's name. */
    static final String NAME = "current";

    private static final Logger LOG = LoggerFactory.getLogger(ModelPointer.class);

    private ModelPointer() {}

    /**
     * The directory of the version that a location points to; the location itself when it is not called {@code current}
     * or is no file. To be asked once by whoever reads a model: the next answer may be another.
     *
     * @throws LockstepException when the file names no version
     */
    public static String follow(String location, Configuration configuration) {
        String trimmed = location.replaceAll("(?<=.)/+$", "");
        int slash = trimmed.lastIndexOf('/');
        if (!trimmed.substring(slash + 1).equals(NAME)) {
            return location;
        }
        RunDirectory models =
                RunDirectory.at(slash < 0 ? "." : trimmed.substring(0, Math.max(1, slash)), configuration);
        try {
            Optional<String> text = models.readText(NAME);
            return text.isEmpty()
                    ? location
                    : models.resolve(VersionPointer.VERSIONS) + "/"
                            + VersionPointer.parse(text.get(), models.resolve(NAME))
                                    .current();
        } catch (IOException e) {
            LOG.debug("{} is no file that can be read", location, e);
            return location;
        }
    }

    /** The same down to the model directory in the version, for those who take no parent of it. */
    public static String model(String location, Configuration configuration) {
        String followed = follow(location, configuration);
        return followed.equals(location) ? location : followed + "/" + ModelArchive.DIRECTORY;
    }
}
