package dev.lockstep.cuda;

import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;

/** The contract for images without a GPU. */
class CudaImageReplicaOnHostTest extends CudaImageContract {
    @Override
    protected ModelReplica replica(NetworkPlan plan, int maximumBatchSize) {
        return TestNetworks.onHost(plan, maximumBatchSize);
    }
}
