package dev.lockstep.core.train;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.sync.FiniteScan;
import dev.lockstep.core.sync.TrainingState;
import org.jspecify.annotations.Nullable;

/** Looks for values of a state that no training can go on with. */
final class StateScan {
    private final FiniteScan scan = new FiniteScan();

    /** The first value that is not finite, as a clause; null when all are. */
    @Nullable
    String firstNotFinite(NetworkPlan plan, TrainingState state) {
        String found = clause(plan, "", state.parameters());
        for (int slot = 0; slot < state.optimizerState().slots() && found == null; slot++) {
            found = clause(
                    plan, "the optimizer's state of ", state.optimizerState().slot(slot));
        }
        return found;
    }

    private @Nullable String clause(NetworkPlan plan, String what, float[] values) {
        int at = scan.firstNotFinite(values, plan.parameterCount());
        ParameterBlock block = at < 0 ? null : plan.blockAt(at);
        return block == null
                ? null
                : what + "layer \"" + block.layer() + "\" " + block.spec().name() + " is " + values[at];
    }
}
