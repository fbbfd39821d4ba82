package dev.lockstep.core.sync;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(
        value = "gradient_sharing",
        doc = "Exact: every step the gradient sums of all workers are added over one fixed tree and divided by the"
                + " global sample count, then every worker applies the same optimizer step. The run is the"
                + " single-process run with the global batch.")
public record GradientSharingSync() implements SyncSpec {
    @Override
    public SyncStrategy create(NetworkPlan plan, OptimizerSpec optimizer, TrainingState state) {
        return new GradientSharing(plan, optimizer);
    }
}
