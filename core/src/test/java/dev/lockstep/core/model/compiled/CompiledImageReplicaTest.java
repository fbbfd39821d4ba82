package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.ImageReplicaContract;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.oracle.ImageNetworks;
import org.junit.jupiter.api.Test;

class CompiledImageReplicaTest extends ImageReplicaContract {
    @Override
    protected ModelReplica replica(NetworkPlan plan, int maximumBatchSize) {
        return CompiledReplica.create(plan, maximumBatchSize, 1);
    }

    @Test
    void softmaxGoesOverTheChannels() {
        assertAgrees(ImageNetworks.softmaxOverChannels().plan(), 3);
        assertAgrees(ImageNetworks.softmaxLayerOverChannels().plan(), 3);
    }
}
