package dev.lockstep.core.sync;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import java.util.Locale;

/** Refuses a step whose numbers are no longer finite, before they reach the parameters. */
final class DivergenceGuard {
    private final NetworkPlan plan;
    private final FiniteScan scan = new FiniteScan();

    DivergenceGuard(NetworkPlan plan) {
        this.plan = plan;
    }

    /** Checks the merged loss and gradient; all ranks see the same values, so all throw or none. */
    void checkGradient(TrainingState state, double lossSum, float[] gradient) {
        int at = scan.firstUnusable(gradient, plan.parameterCount());
        require(state, lossSum, at, at < 0 ? 0 : gradient[at], "gradient");
    }

    /** Checks the merged loss and averaged parameters, behind which lies the averaged state of the optimizer. */
    void checkAverage(TrainingState state, double lossSum, float[] average, int length) {
        int at = scan.firstNotFinite(average, length);
        require(
                state,
                lossSum,
                at < 0 ? at : at % plan.parameterCount(),
                at < 0 ? 0 : average[at],
                at < plan.parameterCount() ? "averaged parameter" : "averaged state of the optimizer");
    }

    private void require(TrainingState state, double lossSum, int at, float value, String what) {
        if (Double.isFinite(lossSum) && at < 0) {
            return;
        }
        ParameterBlock block = at < 0 ? null : plan.blockAt(at);
        String loss = Double.isFinite(lossSum) ? "loss is finite" : "loss is " + lossSum;
        String found = block == null
                ? "the " + what + " is finite"
                : "the " + what + " of layer \"" + block.layer() + "\" "
                        + block.spec().name() + " is " + value;
        throw new DivergedException(
                String.format(
                        Locale.ROOT,
                        "diverged at step %d (epoch %d, step %d of the epoch): %s, %s",
                        state.step() + 1,
                        state.epoch() + 1,
                        state.stepInEpoch() + 1,
                        loss,
                        found),
                block);
    }
}
