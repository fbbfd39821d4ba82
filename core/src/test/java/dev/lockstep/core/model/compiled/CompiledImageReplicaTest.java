package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.ImageReplicaContract;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;

class CompiledImageReplicaTest extends ImageReplicaContract {
    @Override
    protected ModelReplica replica(NetworkPlan plan, int maximumBatchSize) {
        return CompiledReplica.create(plan, maximumBatchSize, 1);
    }
}
