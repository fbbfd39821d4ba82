package dev.lockstep.cuda;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.Device;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicaProvider;
import dev.lockstep.core.model.NetworkPlan;
import java.util.ArrayList;
import java.util.List;

/** Offers {@link CudaReplica}; found by {@link java.util.ServiceLoader}. */
public final class CudaReplicaProvider implements ModelReplicaProvider {
    @Override
    public List<String> objections(NetworkPlan plan, Device.Gpu gpu) {
        List<String> objections = new ArrayList<>();
        String unavailable = CudaContext.unavailableReason(gpu.index());
        if (unavailable != null) {
            objections.add(unavailable);
        }
        objections.addAll(NetworkSupport.objections(plan));
        return objections;
    }

    @Override
    public ModelReplica create(NetworkPlan plan, int maximumBatchSize, Device.Gpu gpu) {
        List<String> objections = objections(plan, gpu);
        if (!objections.isEmpty()) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "this network cannot be computed on " + gpu + ":\n  " + String.join("\n  ", objections));
        }
        DeviceOperations operations = new CudaOperations(new CudaContext(gpu.index()));
        try {
            return new CudaReplica(plan, maximumBatchSize, operations);
        } catch (RuntimeException failure) {
            operations.close();
            throw failure;
        }
    }
}
