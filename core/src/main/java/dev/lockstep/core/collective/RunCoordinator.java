package dev.lockstep.core.collective;

/**
 * The driver's side of one attempt: where workers meet, how they are stopped. Workers see it as {@link Membership}.
 * Safe for several threads.
 */
public interface RunCoordinator extends AutoCloseable {
    /** What a worker needs, beside the run's secret, to find this coordinator. */
    String address();

    /** Asks the workers to stop at the next step boundary; they see it as {@link Membership#stopRequested()}. */
    void requestStop();

    /** Ends the attempt: every join and every wait of a worker ends with {@link AttemptEndedException}. */
    void end(String reason);

    /** The number of the latest generation; 0 before the first. */
    long generation();

    /** How many generations were formed after the first: how often the workers had to meet again. */
    int rejoins();

    /** Ends the attempt if it still runs, and returns when the observer has been told everything. */
    @Override
    void close();
}
