package dev.lockstep.core.fault;

/** What a worker is about when a fault strikes. */
public enum Phase {
    /** It is about to ask for a meeting with the others. */
    JOIN,
    /** The workers have met and the most advanced one hands out its state, vector by vector. */
    STATE,
    /** It has computed the gradient of the step and not merged it yet. */
    COMPUTE,
    /** A collective call after that is about to begin: the merge, moments of a batch, an evaluation, the last barrier. */
    EXCHANGE,
    /** That call has come back on this rank, and perhaps on no other. */
    APPLY,
    /** It has trained to the end and is about to say goodbye. */
    LEAVE
}
