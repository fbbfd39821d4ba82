package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.collective.ProcessGroup;
import java.util.Arrays;

/**
 * How long each rank worked in an epoch's steps, without waiting for others, and what the others lost by it.
 *
 * <p>A step is over when the slowest rank's part is there. Had a rank been as fast as the others usually are, the steps
 * would have been over sooner by at most its own time - the median of the others' times: that is the time lost to it.
 */
@SuppressWarnings("ArrayRecordComponent") // made for one event, never compared
record WorkerTimes(double[] seconds) {
    /** Less in an epoch is nobody's concern, however many times slower somebody was. */
    private static final double SMALLEST_LOSS_SECONDS = 1;

    /** Collects the ranks' times; a call of all ranks. */
    static WorkerTimes gathered(double ownSeconds, ProcessGroup group) {
        double[] seconds = new double[group.size()];
        seconds[group.rank()] = ownSeconds;
        group.allReduceSum(seconds, seconds.length);
        return new WorkerTimes(seconds);
    }

    /**
     * Tells them with an epoch; a single worker keeps nobody waiting.
     *
     * @param factor how many times the median of the others' time makes a straggler
     */
    void addTo(ObjectNode epoch, double factor) {
        if (seconds.length < 2) {
            return;
        }
        ArrayNode own = epoch.putArray("own_seconds");
        ArrayNode lost = epoch.putArray("lost_seconds");
        ArrayNode stragglers = epoch.putArray("stragglers");
        for (int rank = 0; rank < seconds.length; rank++) {
            double usual = medianOfOthers(rank);
            double lostToIt = Math.max(0, seconds[rank] - usual);
            own.add(seconds[rank]);
            lost.add(lostToIt);
            if (seconds[rank] >= factor * usual && lostToIt >= SMALLEST_LOSS_SECONDS) {
                ObjectNode straggler = stragglers.addObject().put("rank", rank).put("lost_seconds", lostToIt);
                if (usual > 0) {
                    straggler.put("times_slower", seconds[rank] / usual);
                } else {
                    straggler.putNull("times_slower");
                }
            }
        }
    }

    private double medianOfOthers(int rank) {
        double[] others = new double[seconds.length - 1];
        System.arraycopy(seconds, 0, others, 0, rank);
        System.arraycopy(seconds, rank + 1, others, rank, others.length - rank);
        Arrays.sort(others);
        int middle = others.length / 2;
        return others.length % 2 == 1 ? others[middle] : (others[middle - 1] + others[middle]) / 2;
    }
}
