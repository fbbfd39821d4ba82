package dev.lockstep.core.collective;

/** What a coordinator tells the driver. Calls come one at a time, from one thread, and must not throw. */
public interface RunObserver {
    /**
     * A worker published something.
     *
     * @param eventJson what {@link Membership#publish(String)} was given; events of one rank come in its order
     */
    void published(int rank, String eventJson);

    /**
     * All workers are there.
     *
     * @param number of the generation, from 1
     * @param sourceStep the last step that the most advanced member applied; -1 when none has any state
     * @param reason why the workers had to meet
     */
    void generationFormed(long number, long sourceStep, String reason);

    /**
     * A worker was put out although its process may live: it was silent or stuck for too long. Told before {@link
     * #memberLost}; whoever owns the process should end it, so that another can take the rank.
     */
    default void memberEvicted(int rank, String why) {}

    /** A worker is gone and did not say goodbye. */
    void memberLost(int rank, String why);
}
