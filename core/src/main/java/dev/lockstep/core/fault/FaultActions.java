package dev.lockstep.core.fault;

/** How a fault is brought about where the training runs. Called on the thread that came to the moment. */
public interface FaultActions {
    /**
     * Brings it about. What kills the process at once does not return normally.
     *
     * @throws ProcessKilledException where the process is only played
     */
    void strike(Fault fault);
}
