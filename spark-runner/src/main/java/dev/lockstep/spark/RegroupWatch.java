package dev.lockstep.spark;

import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * What losing workers costs, and whether meeting again leads anywhere. A worker that is killed for its memory in every
 * first step comes back and is killed again, and each time all meet: without an end, if nobody counted.
 */
final class RegroupWatch {
    /** A worker may well be killed again while it comes back; so often in a row is no accident. */
    static final int FRUITLESS_MEETINGS = 10;

    /** What keeps workers that meet at once from taking a step, such as the network, may pass. */
    static final int FRUITLESS_SECONDS = 60;

    private final LongSupplier nanoTime;
    private long lostNanos;
    private boolean recovering;
    private boolean together;
    private long furthestStep = -1;
    private int fruitless;
    private long fruitlessNanos;

    /** @param nanoTime the clock, as {@link System#nanoTime()} */
    RegroupWatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A new attempt: nobody is there. */
    void attemptStarts() {
        together = false;
        fruitless = 0;
    }

    /** A worker is gone. The first loss counts: others may be lost before all are together again. */
    void lost() {
        together = false;
        if (!recovering) {
            recovering = true;
            lostNanos = nanoTime.getAsLong();
        }
    }

    /**
     * All workers are there.
     *
     * @return whether they met {@value #FRUITLESS_MEETINGS} times without getting further than before, in no less than
     *     {@value #FRUITLESS_SECONDS} s
     */
    boolean met() {
        together = true;
        if (fruitless == 0) {
            fruitlessNanos = nanoTime.getAsLong();
        }
        fruitless++;
        return fruitless > FRUITLESS_MEETINGS && nanoTime.getAsLong() - fruitlessNanos >= FRUITLESS_SECONDS * 1e9;
    }

    /**
     * A step was completed.
     *
     * @return the seconds since a worker was lost, when this is the first step after it
     */
    OptionalDouble completed(long step) {
        if (step > furthestStep) {
            furthestStep = step;
            fruitless = 0;
        }
        if (!recovering || !together) {
            return OptionalDouble.empty();
        }
        recovering = false;
        return OptionalDouble.of((nanoTime.getAsLong() - lostNanos) / 1e9);
    }
}
