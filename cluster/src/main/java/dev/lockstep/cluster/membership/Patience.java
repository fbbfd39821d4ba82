package dev.lockstep.cluster.membership;

import dev.lockstep.core.collective.Ranks;
import java.time.Duration;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Says when it is of no use to wait for workers any longer, or to let them meet once more. */
final class Patience {
    /** So many meetings in a row may end without a step; a single worker that is lost again and again is borne longer. */
    private static final int FRUITLESS_MEETINGS = 10;

    /** A worker that said goodbye because its task failed is back by then, even where it needs a new executor. */
    private static final Duration RETURN = Duration.ofSeconds(15);

    private final MembershipSettings settings;
    private final boolean[] left;
    private long step = Long.MIN_VALUE;
    private int meetings;
    private long firstMeeting;

    Patience(MembershipSettings settings) {
        this.settings = settings;
        this.left = new boolean[settings.size()];
    }

    /** A worker of this rank is there. */
    void came(int rank) {
        left[rank] = false;
    }

    /** The worker of this rank said goodbye: it has finished, or failed. */
    void saidGoodbye(int rank) {
        left[rank] = true;
    }

    /**
     * All have met.
     *
     * @param sourceStep the step that the most advanced one has
     * @param reason why they had to meet
     * @return why they need not try again, or null
     */
    @Nullable
    String met(long sourceStep, String reason) {
        long now = System.nanoTime();
        if (sourceStep != step) {
            step = sourceStep;
            meetings = 0;
            firstMeeting = now;
        }
        boolean tooMany = ++meetings > FRUITLESS_MEETINGS;
        Duration since = Duration.ofNanos(now - firstMeeting);
        if (!tooMany || since.compareTo(settings.joinDeadline()) < 0) {
            return null;
        }
        return "the workers met " + (meetings - 1) + " times within " + Ranks.seconds(since)
                + " s without completing a step after " + (step < 0 ? "the start" : "step " + step)
                + "; the last time because " + reason
                + ". Is the network between them sound, and does this step kill a worker? They are given up after "
                + FRUITLESS_MEETINGS + " such meetings and cluster.join_seconds";
    }

    /**
     * Workers wait for others.
     *
     * @param waitedNanoseconds how long
     * @return why the missing ones will not come, or null
     */
    @Nullable
    String missing(long waitedNanoseconds, IntPredicate isMissing) {
        Duration waited = Duration.ofNanos(waitedNanoseconds);
        String gone = Ranks.describe(left.length, rank -> left[rank] && isMissing.test(rank));
        boolean back = waited.compareTo(RETURN) < 0 && waited.compareTo(settings.stallDeadline()) < 0;
        if (gone.isEmpty() || back) {
            return null;
        }
        return gone + (gone.startsWith("ranks") ? " have" : " has") + " left and did not come back within "
                + Ranks.seconds(waited) + " s: the attempt ends, the next one goes on from the latest checkpoint";
    }
}
