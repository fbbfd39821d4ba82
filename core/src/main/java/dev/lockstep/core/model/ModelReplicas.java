package dev.lockstep.core.model;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.compiled.CompiledReplica;
import dev.lockstep.core.model.dl4j.Dl4jReplica;
import dev.lockstep.core.model.dl4j.NativeRuntime;
import java.util.List;
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

    /**
     * A replica for a network, its parameters all zero.
     *
     * @param maximumBatchSize the most samples one call will hold
     * @param threads compute threads it may use
     * @throws LockstepException naming each layer that no replica can compute
     */
    public static ModelReplica create(NetworkPlan plan, int maximumBatchSize, int threads) {
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
