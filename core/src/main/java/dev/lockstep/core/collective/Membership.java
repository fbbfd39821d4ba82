package dev.lockstep.core.collective;

/** One worker's standing in the run: how it meets the others, what it reports, what it is asked. */
public interface Membership extends AutoCloseable {
    /** This worker's rank: its Spark partition id. */
    int rank();

    /** How many workers the run has. */
    int size();

    /**
     * Meets the other workers. Blocks until all are there. A member that lost a peer calls it again.
     *
     * @param lastAppliedStep the last step whose update this worker holds; -1 for none
     * @throws AttemptEndedException when the attempt is over, with the reason: who is missing, which setting governs it
     */
    Generation join(long lastAppliedStep);

    /** Tells the driver something: a JSON object, delivered in order, never blocking the step for long. */
    void publish(String eventJson);

    /** Whether the driver asked for a stop at the next step boundary. */
    boolean stopRequested();

    @Override
    void close();
}
