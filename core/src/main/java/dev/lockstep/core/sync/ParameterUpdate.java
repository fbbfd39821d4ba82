package dev.lockstep.core.sync;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.Penalty;
import dev.lockstep.core.optimizer.Optimizer;
import dev.lockstep.core.optimizer.OptimizerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * From gradient sums to new parameters: divide, add penalties, run the optimizer, move the statistics. One pass over
 * memory: all of that is done to a few values before the next ones are touched.
 */
final class ParameterUpdate {
    /** Gradient, parameters and two slots of so many values fit into a first-level cache. */
    private static final int PORTION = 2048;

    record Range(int from, int to) {}

    private final Penalty penalty;
    private final Optimizer optimizer;
    private final double learningRate;
    private final List<Range> trainable;
    private final List<Range> statistics;

    ParameterUpdate(NetworkPlan plan, OptimizerSpec optimizer) {
        this.penalty = Penalty.of(plan);
        this.optimizer = optimizer.create();
        this.learningRate = optimizer.learningRate();
        this.trainable = ranges(plan, Role.TRAINABLE);
        this.statistics = ranges(plan, Role.STATISTIC);
    }

    static List<Range> ranges(NetworkPlan plan, Role role) {
        List<Range> ranges = new ArrayList<>();
        for (ParameterBlock block : plan.blocks()) {
            if (block.spec().role() != role) {
                continue;
            }
            int last = ranges.size() - 1;
            if (last >= 0 && ranges.get(last).to() == block.offset()) {
                ranges.set(last, new Range(ranges.get(last).from(), block.end()));
            } else {
                ranges.add(new Range(block.offset(), block.end()));
            }
        }
        return ranges;
    }

    /**
     * Applies one update in place.
     *
     * @param gradientSum over {@code samples} samples; overwritten by the mean gradient with penalties
     * @param samples above 0
     * @return the penalty that belongs to the loss of this step, at the parameters before it
     */
    double apply(TrainingState state, float[] gradientSum, double samples) {
        float share = (float) (1 / samples);
        double added = 0;
        for (Range range : trainable) {
            for (int from = range.from(); from < range.to(); from += PORTION) {
                int to = Math.min(range.to(), from + PORTION);
                scale(gradientSum, from, to, share);
                added += penalty.addTo(gradientSum, state.parameters(), from, to);
                optimizer.update(
                        state.parameters(),
                        gradientSum,
                        state.optimizerState(),
                        from,
                        to,
                        state.step() + 1,
                        learningRate);
            }
        }
        for (Range range : statistics) {
            moveStatistics(state.parameters(), gradientSum, range, share);
        }
        return added;
    }

    private static void scale(float[] gradientSum, int from, int to, float share) {
        for (int i = from; i < to; i++) {
            gradientSum[i] *= share;
        }
    }

    private static void moveStatistics(float[] parameters, float[] changeSum, Range range, float share) {
        for (int i = range.from(); i < range.to(); i++) {
            parameters[i] -= changeSum[i] * share;
        }
    }
}
