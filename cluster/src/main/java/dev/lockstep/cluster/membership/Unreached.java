package dev.lockstep.cluster.membership;

import dev.lockstep.core.collective.Ranks;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Workers that reach the driver but not each other: where the way between two of them stays cut, only a worker elsewhere
 * mends it. Complaints count until a step succeeds, or a worker is lost, which explains them.
 */
final class Unreached {
    /** In the place of a rank. */
    static final int NOBODY = -1;

    private final Duration deadline;
    private final LongSupplier nanoTime;
    private long firstComplaint;
    private boolean complained;

    /** Was not put out when the other one of two was. */
    private int spared = NOBODY;

    private long step = Long.MIN_VALUE;

    /**
     * Nobody has complained.
     *
     * @param deadline how long workers may try to reach each other
     * @param nanoTime the clock, as {@link System#nanoTime()}
     */
    Unreached(Duration deadline, LongSupplier nanoTime) {
        this.deadline = deadline;
        this.nanoTime = nanoTime;
    }

    /** All have met, and the most advanced one has this step. */
    void met(long sourceStep) {
        if (sourceStep != step) {
            step = sourceStep;
            spared = NOBODY;
            complained = false;
        }
    }

    /** A worker is lost: that may be what was complained of. */
    void lost() {
        complained = false;
    }

    /**
     * One worker could not reach another when they met. Nobody knows which of the two is cut off: the higher rank is put
     * out first, and the other one if that was of no use.
     *
     * @return who is to be put out; {@link #NOBODY} while the way between them may still heal
     */
    int complained(int by, int about) {
        long now = nanoTime.getAsLong();
        if (!complained) {
            complained = true;
            firstComplaint = now;
        }
        if (now - firstComplaint < deadline.toNanos()) {
            return NOBODY;
        }
        int out = by == spared || about == spared ? spared : Math.max(by, about);
        spared = out == by ? about : by;
        return out;
    }

    /** Why somebody is put out, who and the other one could not reach each other. */
    String reason(int other) {
        return "it and rank " + other + " could not reach each other for " + Ranks.seconds(deadline)
                + " s, though both reach the driver; setting: cluster.stall_seconds";
    }
}
