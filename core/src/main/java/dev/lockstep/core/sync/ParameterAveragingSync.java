package dev.lockstep.core.sync;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param every steps between two averages
 */
@Named(
        value = "parameter_averaging",
        doc = "Local optimizer steps on each worker's slice; every k steps parameters, optimizer state and statistics"
                + " are averaged, weighted by the samples each worker used since the last average.")
public record ParameterAveragingSync(@Setting(value = "Steps between two averages.", byDefault = "16") int every)
        implements SyncSpec {
    public ParameterAveragingSync {
        new Checks().positive("every", every).done();
    }

    @Override
    public SyncStrategy create(NetworkPlan plan, OptimizerSpec optimizer, TrainingState state) {
        return new ParameterAveraging(plan, optimizer, every, state);
    }
}
