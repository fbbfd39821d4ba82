package dev.lockstep.core.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure with a message for the person who has to act on it: what, where, expected, found, how to fix. Never shown
 * with a stack trace unless {@code --debug} is given.
 */
public class LockstepException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    public LockstepException(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    public LockstepException(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** How the command that met this failure ends. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
