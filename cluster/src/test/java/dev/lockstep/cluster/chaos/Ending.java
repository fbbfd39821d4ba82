package dev.lockstep.cluster.chaos;

import org.jspecify.annotations.Nullable;

/**
 * How one life of a rank ended.
 *
 * @param kind what happened
 * @param text the hash of the parameters of a training that ended, else why it did not
 */
record Ending(Kind kind, @Nullable String text) {
    enum Kind {
        /** The process died, or its executor was replaced: Spark starts the task again. */
        DEAD,
        /** The task failed in a way that makes Spark start it again. */
        AGAIN,
        /** Trained to the end. */
        COMPLETED,
        /** Stopped as it was asked to. */
        STOPPED,
        /** The attempt was ended. */
        ATTEMPT_ENDED,
        /** The worker failed: another attempt may do better. */
        FAILED,
        /** The worker failed in a way that another attempt would repeat. */
        FAILED_FOR_GOOD
    }
}
