package dev.lockstep.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicaContract;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.oracle.Networks;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract without a GPU: buffers, order and arithmetic of a step. */
class CudaReplicaOnHostTest extends ModelReplicaContract {
    @Override
    protected ModelReplica replica(NetworkPlan plan, int maximumBatchSize) {
        return TestNetworks.onHost(plan, maximumBatchSize);
    }

    /** As in the contract, without the normalization that a GPU does not have. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 32})
    void gradientsThroughDropoutAreTheReferences(int size) {
        assertGradient(
                Networks.plan(
                        9,
                        new MeanSquaredErrorLoss(),
                        Networks.dropout(0.2),
                        Networks.dense(8, Activation.RELU),
                        Networks.dropout(0),
                        Networks.dense(7, Activation.LINEAR),
                        Networks.dropout(0.4),
                        Networks.dense(6, Activation.TANH),
                        Networks.dropout(0.1)),
                size);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theReplicaSaysWhatComputes(boolean useBias) {
        NetworkPlan plan =
                Networks.plan(4, new MeanSquaredErrorLoss(), Networks.dense(2, Activation.LINEAR, useBias, 0));
        try (ModelReplica replica = replica(plan, 1)) {
            assertThat(replica.description()).endsWith(replica.arithmetic());
            assertThat(replica.parameters()).hasSize(useBias ? 10 : 8).containsOnly(0f);
        }
    }
}
