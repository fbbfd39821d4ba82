package dev.lockstep.core.model;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.compiled.CompiledReplica;
import dev.lockstep.core.model.dl4j.Dl4jMemory;
import dev.lockstep.core.model.dl4j.Dl4jReplica;
import dev.lockstep.core.model.dl4j.NativeRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses what computes a network. The only place that does. */
public final class ModelReplicas {
    private static final Logger LOG = LoggerFactory.getLogger(ModelReplicas.class);

    private ModelReplicas() {}

    /** The kernel that BLAS chose under DL4J for this processor; another one gives other last bits. */
    public static String blasKernel() {
        return NativeRuntime.chosenKernel();
    }

    /** A replica on the processor; see {@link #create(NetworkPlan, int, int, Device)}. */
    public static ModelReplica create(NetworkPlan plan, int maximumBatchSize, int threads) {
        return create(plan, maximumBatchSize, threads, Device.processor());
    }

    /**
     * A replica for a network, its parameters all zero.
     *
     * @param maximumBatchSize the most samples one call will hold
     * @param threads compute threads it may use where it computes on the processor
     * @param device where to compute; a network that a GPU cannot compute goes to the processor, with a warning
     * @throws LockstepException naming each layer that no replica can compute
     */
    public static ModelReplica create(NetworkPlan plan, int maximumBatchSize, int threads, Device device) {
        // By the thread's class loader: Spark may have loaded the module's jar beside Lockstep's, or below it.
        return create(plan, maximumBatchSize, threads, device, ServiceLoader.load(ModelReplicaProvider.class));
    }

    /**
     * What the replica that {@link #create} chooses on the processor will allocate, as far as can be told anywhere:
     * whether the libraries load is the workers' to find out.
     *
     * @param batchSizes the sizes of batches that it will see
     */
    public static MemoryNeed memory(NetworkPlan plan, int maximumBatchSize, List<Integer> batchSizes) {
        return CompiledReplica.compiles(plan)
                ? CompiledReplica.memory(plan, maximumBatchSize, batchSizes)
                : Dl4jMemory.of(plan, maximumBatchSize);
    }

    /** Whether that replica takes bytes as they are stored, so that no floats of them are made on the heap. */
    public static boolean readsBytes(NetworkPlan plan) {
        return CompiledReplica.compiles(plan);
    }

    static ModelReplica create(
            NetworkPlan plan,
            int maximumBatchSize,
            int threads,
            Device device,
            Iterable<ModelReplicaProvider> providers) {
        ModelReplica replica =
                device instanceof Device.Gpu gpu ? createOn(gpu, plan, maximumBatchSize, providers) : null;
        return replica == null ? createOnProcessor(plan, maximumBatchSize, threads) : replica;
    }

    private static @Nullable ModelReplica createOn(
            Device.Gpu gpu, NetworkPlan plan, int maximumBatchSize, Iterable<ModelReplicaProvider> providers) {
        List<String> allObjections = new ArrayList<>();
        for (ModelReplicaProvider provider : providers) {
            List<String> objections = provider.objections(plan, gpu);
            if (objections.isEmpty()) {
                return provider.create(plan, maximumBatchSize, gpu);
            }
            allObjections.addAll(objections);
        }
        LOG.warn(fallbackWarning(gpu, allObjections));
        return null;
    }

    /**
     * Why a GPU that was assigned is not used, and what to do about it.
     *
     * @param objections of all providers; empty when there is no provider
     */
    static String fallbackWarning(Device.Gpu gpu, List<String> objections) {
        String reason = objections.isEmpty()
                ? "lockstep-cuda is not on the class path. Build with -Pcuda and submit its jars with --jars"
                        + " (docs/gpu.md)"
                : String.join("; ", objections) + ". See docs/gpu.md for what is needed";
        return gpu + " was assigned to this worker, which computes on the processor all the same: " + reason
                + ", or submit without spark.task.resource.gpu.amount to leave the GPU to others.";
    }

    private static ModelReplica createOnProcessor(NetworkPlan plan, int maximumBatchSize, int threads) {
        List<String> compiledObjections = CompiledReplica.objections(plan);
        if (compiledObjections.isEmpty()) {
            ModelReplica replica = CompiledReplica.create(plan, maximumBatchSize, threads);
            LOG.debug("Computing with {}: every layer has kernels.", replica.description());
            return replica;
        }
        List<String> objections = Dl4jReplica.objections(plan);
        if (!objections.isEmpty()) {
            throw new LockstepException(
                    ExitCode.USAGE, "nothing here can compute this network:\n  " + String.join("\n  ", objections));
        }
        ModelReplica replica = Dl4jReplica.create(plan, maximumBatchSize, threads);
        LOG.info(
                "Computing with {}, several times slower than compiled kernels, because {}.",
                replica.description(),
                String.join("; ", compiledObjections));
        return replica;
    }
}
