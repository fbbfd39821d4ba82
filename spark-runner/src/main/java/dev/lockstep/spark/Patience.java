package dev.lockstep.spark;

/**
 * How long the driver waits for workers that do not meet, or do not end. The coordinator has deadlines of its own, which
 * come first; these are for workers that never reached it, and for a stop that nobody is there to obey.
 *
 * @param joinSeconds how long workers may take to meet
 */
record Patience(double joinSeconds) {
    /** What the workers need to end by themselves, after the coordinator told them to, before Spark cancels them. */
    private static final double GRACE_SECONDS = 15;

    /**
     * How long a stop waits for workers that are just meeting, so that all of them can obey it. Clusters kill what they
     * have asked to end after 15 to 30 s, and the checkpoint needs some of that.
     */
    private static final double STOP_SECONDS = 6;

    /** Tasks that have just ended count as running for a moment still: their reports are on the way. */
    private static final double NOBODY_SECONDS = 2;

    /** What is to be done now. */
    enum Verdict {
        /** Nothing. */
        WAIT,
        /** Tell the workers that the attempt is over: not all came. */
        END_INCOMPLETE,
        /** Tell the workers that the attempt is over: a stop was asked for. */
        END_STOPPED,
        /** Let Spark end them. */
        CANCEL
    }

    /**
     * The verdict.
     *
     * @param incompleteSeconds for how long not all workers have been there; 0 while they are
     * @param stopSeconds since a stop was asked for; negative while it was not
     * @param endedSeconds since the workers were told that it is over; negative while they were not
     * @param running whether any task of the attempt runs
     */
    Verdict verdict(double incompleteSeconds, double stopSeconds, double endedSeconds, boolean running) {
        if (endedSeconds >= 0) {
            double grace = running ? GRACE_SECONDS : NOBODY_SECONDS;
            return endedSeconds > grace ? Verdict.CANCEL : Verdict.WAIT;
        }
        if (incompleteSeconds > 0 && stopSeconds > STOP_SECONDS) {
            return Verdict.END_STOPPED;
        }
        return incompleteSeconds > joinSeconds + GRACE_SECONDS ? Verdict.END_INCOMPLETE : Verdict.WAIT;
    }
}
