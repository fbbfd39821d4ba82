package dev.lockstep.core.train;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.SlicedReplica;
import java.util.List;
import java.util.function.IntFunction;

/** What the workers of a job compute with: replicas as large as its batches need, of one slice or of several. */
public final class WorkerReplicas {
    private WorkerReplicas() {}

    /**
     * The replica of one of so many workers.
     *
     * @param making makes a replica of the job's network for at most so many samples
     */
    public static ModelReplica create(JobConfig job, int workers, IntFunction<ModelReplica> making) {
        return SlicedReplica.of(
                job.determinism().slicesPerWorker(workers),
                sliceCapacity(job, workers),
                Trainer.batchCapacity(job, workers),
                making);
    }

    /** The most samples of one slice. */
    static int sliceCapacity(JobConfig job, int workers) {
        long slices = (long) workers * job.determinism().slicesPerWorker(workers);
        return (int) ((job.training().batchSize() + slices - 1) / slices);
    }

    /**
     * What {@link #create} will allocate, and the batches beside it; nothing is allocated here.
     *
     * @param batchSizes the sizes of batches that a replica will see
     */
    public static MemoryNeed memory(JobConfig job, int workers, NetworkPlan plan, List<Integer> batchSizes) {
        return SlicedReplica.memory(
                plan,
                job.determinism().slicesPerWorker(workers),
                sliceCapacity(job, workers),
                Trainer.batchCapacity(job, workers),
                batchSizes);
    }

    /** Requires that a replica computes the slices that the job asks for. */
    static void requireSlices(ModelReplica replica, JobConfig job, int workers) {
        int asked = job.determinism().slicesPerWorker(workers);
        if (replica.slices() != asked) {
            throw new IllegalArgumentException(
                    "the job asks for " + asked + " slices a worker, the replica computes " + replica.slices());
        }
    }
}
