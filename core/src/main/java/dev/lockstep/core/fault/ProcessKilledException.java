package dev.lockstep.core.fault;

/** Ends the thread of a worker whose process is played by a thread; nothing catches it on its way. */
public final class ProcessKilledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ProcessKilledException(String message) {
        super(message);
    }
}
