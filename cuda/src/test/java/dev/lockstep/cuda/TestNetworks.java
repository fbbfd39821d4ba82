package dev.lockstep.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.core.model.Device;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import java.util.List;

/** Replicas for the tests: they skip, and say why, where a network or a GPU is missing. */
final class TestNetworks {
    private static final Device.Gpu FIRST_GPU = new Device.Gpu(0);

    private TestNetworks() {}

    /** On the processor in place of a GPU: everything but the calls of CUDA itself. */
    static ModelReplica onHost(NetworkPlan plan, int maximumBatchSize) {
        requireKernels(plan);
        return new CudaReplica(plan, maximumBatchSize, new HostOperations());
    }

    /** On the first GPU. */
    static ModelReplica onGpu(NetworkPlan plan, int maximumBatchSize) {
        requireGpu();
        requireKernels(plan);
        return new CudaReplicaProvider().create(plan, maximumBatchSize, FIRST_GPU);
    }

    static void requireGpu() {
        String reason = CudaContext.unavailableReason(FIRST_GPU.index());
        if (reason != null) {
            String message = "Skipped: " + reason;
            System.out.println(message);
            assumeTrue(false, message);
        }
    }

    private static void requireKernels(NetworkPlan plan) {
        List<String> objections = NetworkSupport.objections(plan);
        assumeTrue(objections.isEmpty(), () -> "Skipped: " + String.join("; ", objections));
    }
}
