package dev.lockstep.core.collective;

import org.jspecify.annotations.Nullable;

/** The coordinator ended this attempt or is gone: the worker stops; the driver decides what follows. */
public final class AttemptEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AttemptEndedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
