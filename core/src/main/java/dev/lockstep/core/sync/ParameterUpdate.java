package dev.lockstep.core.sync;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.Penalty;
import dev.lockstep.core.optimizer.Optimizer;
import dev.lockstep.core.optimizer.OptimizerSpec;
import java.util.ArrayList;
import java.util.List;

/** From gradient sums to new parameters: divide, add penalties, run the optimizer, move the statistics. */
final class ParameterUpdate {
    record Range(int from, int to) {}

    private final Penalty penalty;
    private final Optimizer optimizer;
    private final List<Range> trainable;
    private final List<Range> statistics;

    ParameterUpdate(NetworkPlan plan, OptimizerSpec optimizer) {
        this.penalty = Penalty.of(plan);
        this.optimizer = optimizer.create();
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
        float[] parameters = state.parameters();
        float share = (float) (1 / samples);
        for (int i = 0; i < parameters.length; i++) {
            gradientSum[i] *= share;
        }
        double added = penalty.addTo(gradientSum, parameters);
        for (Range range : trainable) {
            optimizer.update(
                    parameters, gradientSum, state.optimizerState(), range.from(), range.to(), state.step() + 1);
        }
        for (Range range : statistics) {
            for (int i = range.from(); i < range.to(); i++) {
                parameters[i] -= gradientSum[i];
            }
        }
        return added;
    }
}
