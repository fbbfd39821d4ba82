package dev.lockstep.core.interchange;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;

/** A file that is not taken, with the place in it and the reason. */
final class Refusal extends LockstepException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
        super(ExitCode.MODEL, message);
    }

    Refusal(String message, Throwable cause) {
        super(ExitCode.MODEL, message, cause);
    }
}
