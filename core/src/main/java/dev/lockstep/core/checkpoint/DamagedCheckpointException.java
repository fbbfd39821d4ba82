package dev.lockstep.core.checkpoint;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import org.jspecify.annotations.Nullable;

/** A checkpoint or saved model is not what its manifest says: names the file, what was expected and what was found. */
public final class DamagedCheckpointException extends LockstepException {
    private static final long serialVersionUID = 1L;

    DamagedCheckpointException(String directory, String file, String expected, String found) {
        this(directory, file, expected, found, null);
    }

    DamagedCheckpointException(
            String directory, String file, String expected, String found, @Nullable Throwable cause) {
        super(
                ExitCode.MODEL,
                "damaged: " + directory + ", file " + file + ": expected " + expected + ", found " + found,
                cause);
    }
}
