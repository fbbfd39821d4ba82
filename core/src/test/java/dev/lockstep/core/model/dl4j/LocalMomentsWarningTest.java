package dev.lockstep.core.model.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.logging.RecordedLog;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Moments of a slice instead of the global batch are a difference that a run must not hide. */
class LocalMomentsWarningTest {
    private static List<String> warnings(boolean synchronizedMoments, int workers) {
        NetworkPlan plan = Networks.plan(
                6,
                new SparseCategoricalCrossentropyLoss(),
                Networks.dense(5, Activation.RELU),
                new BatchNormalizationLayer(0.9, 1e-3, synchronizedMoments, null),
                Networks.dense(3, Activation.SOFTMAX));
        try (RecordedLog log = new RecordedLog(Dl4jReplica.class);
                ModelReplica replica = Dl4jReplica.create(plan, 8, 1)) {
            System.arraycopy(plan.initialParameters(1), 0, replica.parameters(), 0, plan.parameterCount());
            StepContext context = new StepContext(1, 0, new SingleWorkerGroup(workers));
            replica.computeGradient(Networks.batch(plan, 8, 1), context);
            replica.computeGradient(Networks.batch(plan, 8, 2), context);
            return log.messages();
        }
    }

    @Test
    void severalWorkersWithSynchronisedMomentsAreWarnedOnce() {
        assertThat(warnings(true, 2)).singleElement().asString().contains("batch_normalization", "number of workers");
    }

    @Test
    void oneWorkerOrLocalMomentsByWishAreNot() {
        assertThat(warnings(true, 1)).isEmpty();
        assertThat(warnings(false, 2)).isEmpty();
    }
}
