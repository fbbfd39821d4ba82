package dev.lockstep.core.sync;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.Penalty;
import dev.lockstep.core.optimizer.GradientClipping;
import dev.lockstep.core.optimizer.Optimizer;
import dev.lockstep.core.optimizer.UpdateRule;
import java.util.ArrayList;
import java.util.List;

/**
 * From gradient sums to new parameters: divide, add penalties, clip, run the optimizer, move the statistics. One pass
 * over memory: all of that is done to a few values before the next ones are touched. Only a limit on the norm takes a
 * second one, because the norm is known when the last value is.
 */
final class ParameterUpdate {
    /** Gradient, parameters and two slots of so many values fit into a first-level cache. */
    private static final int PORTION = 2048;

    record Range(int from, int to) {}

    private final Penalty penalty;
    private final UpdateRule rule;
    private final GradientClipping clipping;
    private final Optimizer optimizer;
    private final List<Range> portions;
    private final List<Range> statistics;

    ParameterUpdate(NetworkPlan plan, UpdateRule rule) {
        this.penalty = Penalty.of(plan);
        this.rule = rule;
        this.clipping = rule.clipping();
        this.optimizer = rule.optimizer().create();
        this.portions = portions(ranges(plan, Role.TRAINABLE));
        this.statistics = ranges(plan, Role.STATISTIC);
    }

    private static List<Range> portions(List<Range> ranges) {
        List<Range> portions = new ArrayList<>();
        for (Range range : ranges) {
            for (int from = range.from(); from < range.to(); from += PORTION) {
                portions.add(new Range(from, Math.min(range.to(), from + PORTION)));
            }
        }
        return portions;
    }

    /** Where the parameters of these roles lie, what is side by side in one range. */
    static List<Range> ranges(NetworkPlan plan, Role... roles) {
        List<Role> wanted = List.of(roles);
        List<Range> ranges = new ArrayList<>();
        for (ParameterBlock block : plan.blocks()) {
            if (!wanted.contains(block.spec().role())) {
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
     * @param gradientSum over {@code samples} samples; overwritten by the mean gradient with penalties, clipped
     * @param samples above 0
     * @return the penalty that belongs to the loss of this step, at the parameters before it
     */
    double apply(TrainingState state, float[] gradientSum, double samples) {
        float share = (float) (1 / samples);
        double learningRate = rule.learningRate(state.step() + 1, state.scheduleMemory());
        double added = 0;
        // Portion by portion in the order of the parameters: the same bits for the same gradient, whoever adds.
        double squares = 0;
        for (Range portion : portions) {
            scale(gradientSum, portion, share);
            added += penalty.addTo(gradientSum, state.parameters(), portion.from(), portion.to());
            if (clipping.limitsNorm()) {
                squares += Penalty.sumOfSquares(gradientSum, portion.from(), portion.to());
            } else {
                clipping.limitValues(gradientSum, portion.from(), portion.to());
                optimize(state, gradientSum, portion, learningRate);
            }
        }
        if (clipping.limitsNorm()) {
            optimizeScaled(state, gradientSum, (float) clipping.factor(Math.sqrt(squares)), learningRate);
        }
        for (Range range : statistics) {
            moveStatistics(state.parameters(), gradientSum, range, share);
        }
        return added;
    }

    private void optimizeScaled(TrainingState state, float[] gradient, float factor, double learningRate) {
        for (Range portion : portions) {
            if (factor < 1) {
                scale(gradient, portion, factor);
            }
            optimize(state, gradient, portion, learningRate);
        }
    }

    private void optimize(TrainingState state, float[] gradient, Range portion, double learningRate) {
        optimizer.update(
                state.parameters(),
                gradient,
                state.optimizerState(),
                portion.from(),
                portion.to(),
                state.step() + 1,
                learningRate);
    }

    private static void scale(float[] gradient, Range portion, float share) {
        for (int i = portion.from(); i < portion.to(); i++) {
            gradient[i] *= share;
        }
    }

    private static void moveStatistics(float[] parameters, float[] changeSum, Range range, float share) {
        for (int i = range.from(); i < range.to(); i++) {
            parameters[i] -= changeSum[i] * share;
        }
    }
}
