package dev.lockstep.core.collective;

import org.jspecify.annotations.Nullable;

/** The coordinator ended this attempt or is gone: the worker stops; the driver decides what follows. */
public final class AttemptEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean onlyThisWorker;

    public AttemptEndedException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private AttemptEndedException(String message, @Nullable Throwable cause, boolean onlyThisWorker) {
        super(message, cause);
        this.onlyThisWorker = onlyThisWorker;
    }

    /** It is over for this worker, not, as far as it knows, for the others: it was put out or has lost its way to the driver. */
    public static AttemptEndedException forThisWorkerOnly(String message, @Nullable Throwable cause) {
        return new AttemptEndedException(message, cause, true);
    }

    /** Whether another worker may take this one's rank in the same attempt. */
    public boolean onlyThisWorker() {
        return onlyThisWorker;
    }
}
