package dev.lockstep.spark;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many workers an attempt has. A number that the job asks for is what it gets, or an error; where the cluster said it,
 * the attempt after a failed one takes the executors that are left, and more again when they are back. What is trained
 * stays the same: the global batches, their order and the learning rate do not depend on the number of workers.
 */
final class Staffing {
    private static final Logger LOG = LoggerFactory.getLogger(Staffing.class);

    /** The coordinator's deadline begins a moment before the driver hears that somebody is missing. */
    private static final double NEARLY = 0.9;

    private final int full;
    private final boolean asked;
    private final IntSupplier slots;
    private final double joinSeconds;
    private int workers;

    /**
     * For the first attempt all are planned.
     *
     * @param full how many workers the run is meant to have
     * @param asked whether the job, or the command line, asks for that number
     * @param slots tasks that can run at once now
     * @param joinSeconds how long missing workers are waited for
     */
    Staffing(int full, boolean asked, IntSupplier slots, double joinSeconds) {
        this.full = full;
        this.asked = asked;
        this.slots = slots;
        this.joinSeconds = joinSeconds;
        this.workers = full;
    }

    /** Of the current attempt. */
    int workers() {
        return workers;
    }

    /**
     * Settles the number for the attempt that follows a failed one.
     *
     * @param missingSeconds for how long workers have been missing when it ended. Before the deadline they may still come,
     *     and under dynamic allocation they come because tasks wait for them: the next attempt waits itself
     * @throws LockstepException when there are too few
     */
    void next(double missingSeconds, LockstepException failure) {
        int have = slots.getAsInt();
        boolean waited = missingSeconds >= NEARLY * joinSeconds;
        if (waited && have < full && (asked || have == 0)) {
            throw new LockstepException(
                    ExitCode.CLUSTER, tooFew(have, full, joinSeconds) + "\nBefore: " + failure.getMessage(), failure);
        }
        int next = waited ? Math.min(full, have) : Math.max(workers, Math.min(full, have));
        if (next != workers) {
            LOG.warn(
                    "The next attempt has {} instead of {} workers, because there are task slots for {}; the global"
                            + " batches, their order and the learning rate stay as they are",
                    next,
                    workers,
                    have);
            workers = next;
        }
    }

    /** What is missing, and what can be done. */
    static String tooFew(int have, int need, double seconds) {
        return String.format(
                Locale.ROOT,
                "too few executors: have %d, need %d task slots at once (executors x cores / spark.task.cpus), and"
                        + " waited %.0f s for them; does the cluster have room, or does another application hold it?"
                        + " Ask for fewer workers (--workers, cluster.workers), for smaller executors, or wait longer"
                        + " (cluster.join_seconds); the same command continues",
                have,
                need,
                seconds);
    }
}
