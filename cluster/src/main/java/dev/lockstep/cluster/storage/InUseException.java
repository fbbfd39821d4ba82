package dev.lockstep.cluster.storage;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;

/** Another living process holds the lease of a directory. */
public final class InUseException extends LockstepException {
    private static final long serialVersionUID = 1L;

    InUseException(String message) {
        super(ExitCode.USAGE, message);
    }
}
