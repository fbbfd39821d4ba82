package dev.lockstep.core.sync;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.sync.ParameterUpdate.Range;
import java.util.List;

/**
 * The order in which a codec gets the flat vector: what it may change first, then the statistics, which stay exact: a
 * running variance that an encoded update carries below 0 would be the end of the model. Where there are no statistics
 * nothing moves.
 */
final class EncodedOrder {
    private final List<Range> trainable;
    private final List<Range> statistics;
    private final int encoded;
    private final float[] reordered;

    private EncodedOrder(List<Range> trainable, List<Range> statistics, int parameterCount) {
        this.trainable = trainable;
        this.statistics = statistics;
        this.encoded = parameterCount
                - statistics.stream()
                        .mapToInt(range -> range.to() - range.from())
                        .sum();
        this.reordered = new float[statistics.isEmpty() ? 0 : parameterCount];
    }

    /** Nothing moves. */
    static EncodedOrder asIs(NetworkPlan plan) {
        return new EncodedOrder(List.of(), List.of(), plan.parameterCount());
    }

    /** Statistics come last. */
    static EncodedOrder statisticsLast(NetworkPlan plan) {
        return new EncodedOrder(
                // Frozen parameters have gradients of 0, which cost a codec nothing.
                ParameterUpdate.ranges(plan, Role.TRAINABLE, Role.FROZEN),
                ParameterUpdate.ranges(plan, Role.STATISTIC),
                plan.parameterCount());
    }

    /** How many values come before the statistics. */
    int encoded() {
        return encoded;
    }

    /** From the order of the flat vector to the codec's. */
    void write(float[] vector) {
        if (reordered.length == 0) {
            return;
        }
        System.arraycopy(vector, 0, reordered, 0, reordered.length);
        int at = 0;
        for (List<Range> ranges : List.of(trainable, statistics)) {
            for (Range range : ranges) {
                System.arraycopy(reordered, range.from(), vector, at, range.to() - range.from());
                at += range.to() - range.from();
            }
        }
    }

    /** From the codec's order to that of the flat vector. */
    void read(float[] vector) {
        if (reordered.length == 0) {
            return;
        }
        System.arraycopy(vector, 0, reordered, 0, reordered.length);
        int at = 0;
        for (List<Range> ranges : List.of(trainable, statistics)) {
            for (Range range : ranges) {
                System.arraycopy(reordered, at, vector, range.from(), range.to() - range.from());
                at += range.to() - range.from();
            }
        }
    }
}
