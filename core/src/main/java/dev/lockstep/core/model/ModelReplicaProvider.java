package dev.lockstep.core.model;

import java.util.List;

/**
 * Replicas that compute on a GPU, from a module that the ordinary build does without. {@link ModelReplicas} finds
 * providers by {@link java.util.ServiceLoader}.
 */
public interface ModelReplicaProvider {
    /**
     * What stands in the way of computing a network on a GPU, a sentence for each; empty when nothing does. A missing
     * library or GPU is such an objection, never an exception.
     */
    List<String> objections(NetworkPlan plan, Device.Gpu gpu);

    /**
     * A replica on a GPU, its parameters all zero.
     *
     * @param maximumBatchSize the most samples one call will hold
     * @throws dev.lockstep.core.error.LockstepException for a network with {@link #objections}
     */
    ModelReplica create(NetworkPlan plan, int maximumBatchSize, Device.Gpu gpu);
}
