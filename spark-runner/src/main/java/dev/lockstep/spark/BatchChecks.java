package dev.lockstep.spark;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.sync.GradientSharingSync;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a batch, the samples and the workers fit each other. The driver's to say, and nobody else's: its words reach
 * the terminal, an executor's go to a log far away.
 */
final class BatchChecks {
    /** Fewer samples have no variance. */
    private static final int FEWEST_FOR_MOMENTS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(BatchChecks.class);

    private final JobConfig job;
    private final int workers;

    BatchChecks(JobConfig job, int workers) {
        this.job = job;
        this.workers = workers;
    }

    /**
     * Warns of what is legal but hardly meant.
     *
     * @param trained how many samples are trained with
     */
    void warn(int trained) {
        int batchSize = job.training().batchSize();
        if (batchSize > trained) {
            LOG.warn(
                    "training.batch_size {} is more than the number of training samples, {}: every step uses them all,"
                            + " none is left out",
                    batchSize,
                    trained);
        }
        int fullBatch = Math.min(batchSize, trained);
        if (workers > fullBatch) {
            LOG.warn(
                    "{} workers share a global batch of {}: {} of them never get a sample; lower cluster.workers or"
                            + " raise training.batch_size",
                    workers,
                    fullBatch,
                    workers - fullBatch);
        }
    }

    /**
     * Requires that batch normalization has something to normalize by.
     *
     * @throws LockstepException with {@link ExitCode#USAGE} when a vector would be the only one of its batch
     */
    void requireMoments(NetworkPlan plan) {
        boolean together = job.cluster().sync() instanceof GradientSharingSync;
        for (PlannedLayer layer : plan.layers()) {
            // The moments of images span their pixels, too; a frozen layer asks for none.
            if (layer.trainable()
                    && layer.spec() instanceof BatchNormalizationLayer normalization
                    && layer.input().rank() == 1) {
                int slices = workers * job.determinism().slicesPerWorker(workers);
                int parts = together && normalization.synchronizedMoments() ? 1 : slices;
                requireMoments(layer.name(), parts);
            }
        }
    }

    private void requireMoments(String layer, int parts) {
        int batchSize = job.training().batchSize();
        if (batchSize / parts >= FEWEST_FOR_MOMENTS) {
            return;
        }
        throw new LockstepException(
                ExitCode.USAGE,
                "layer \"" + layer + "\" (batch_normalization): training.batch_size " + batchSize
                        + (parts == 1
                                ? ""
                                : " is shared by " + parts + (parts == workers ? " workers" : " slices")
                                        + ", each with moments of its own: that")
                        + " leaves it single samples, and a single sample is its own mean, so that the layer would give"
                        + " the same for any; expected at least " + FEWEST_FOR_MOMENTS * parts + ": raise"
                        + " training.batch_size, or take the layer out");
    }
}
