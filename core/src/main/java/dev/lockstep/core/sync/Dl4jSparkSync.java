package dev.lockstep.core.sync;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.optimizer.UpdateRule;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param every local steps between two averages
 */
@Named(
        value = "dl4j_spark",
        doc = "Compatibility mode and baseline: the same job through DL4J Spark's own"
                + " ParameterAveragingTrainingMaster. Not exact, not resumable within an epoch.")
public record Dl4jSparkSync(
        @Setting(value = "Local steps between two averages (DL4J's averagingFrequency).", byDefault = "10") int every)
        implements SyncSpec {
    public Dl4jSparkSync {
        new Checks().positive("every", every).done();
    }

    @Override
    public SyncStrategy create(NetworkPlan plan, UpdateRule rule, TrainingState state) {
        throw new UnsupportedOperationException("dl4j_spark runs in DL4J Spark's own training master");
    }
}
