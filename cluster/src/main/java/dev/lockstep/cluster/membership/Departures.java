package dev.lockstep.cluster.membership;

import dev.lockstep.core.collective.Ranks;
import java.time.Duration;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Workers that said goodbye: who waits for one of them need not wait long. */
final class Departures {
    /** A worker that said goodbye because its task failed is back by then, even where it needs a new executor. */
    private static final Duration RETURN = Duration.ofSeconds(15);

    private final MembershipSettings settings;
    private final boolean[] left;

    Departures(MembershipSettings settings) {
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
