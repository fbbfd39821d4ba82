package dev.lockstep.core.train;

import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.model.ModelReplica;

/**
 * What one worker trains with.
 *
 * @param job the resolved job
 * @param data the samples
 * @param replica this worker's copy of the network
 * @param membership this worker's standing among the others
 * @param checkpoints where states are kept
 * @param initialParameters where the first parameters come from
 */
public record TrainingSetup(
        JobConfig job,
        TrainingData data,
        ModelReplica replica,
        Membership membership,
        CheckpointManager checkpoints,
        InitialParameters initialParameters) {
    /** With drawn parameters. */
    public TrainingSetup(
            JobConfig job,
            TrainingData data,
            ModelReplica replica,
            Membership membership,
            CheckpointManager checkpoints) {
        this(job, data, replica, membership, checkpoints, InitialParameters.DRAWN);
    }
}
