package dev.lockstep.cuda;

import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract for images on the first GPU. */
@Tag("gpu")
class CudaImageReplicaTest extends CudaImageContract {
    @BeforeAll
    static void requireGpu() {
        TestNetworks.requireGpu();
    }

    @Override
    protected ModelReplica replica(NetworkPlan plan, int maximumBatchSize) {
        return TestNetworks.onGpu(plan, maximumBatchSize);
    }

    /** Gradients, which may lie twice as far, within 1e-4. */
    @Override
    protected double tolerance() {
        return 5e-5;
    }
}
