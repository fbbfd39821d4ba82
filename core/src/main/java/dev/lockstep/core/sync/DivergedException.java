package dev.lockstep.core.sync;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;

/** The loss or an update became NaN or infinite; raised on every rank before anything was applied. */
public final class DivergedException extends LockstepException {
    private static final long serialVersionUID = 1L;

    public DivergedException(String message) {
        super(ExitCode.DIVERGED, message);
    }
}
