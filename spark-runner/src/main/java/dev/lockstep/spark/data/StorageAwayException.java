package dev.lockstep.spark.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;

/** A file cannot be read now, though nobody says that it is missing or not to be read: perhaps it can be another time. */
public final class StorageAwayException extends LockstepException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what cannot be read, and why
     * @param cause the file system's exception
     */
    public StorageAwayException(String message, IOException cause) {
        super(ExitCode.DATA, message, cause);
    }
}
