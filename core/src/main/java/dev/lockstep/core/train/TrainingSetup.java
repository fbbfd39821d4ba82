package dev.lockstep.core.train;

import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.ledger.SampleLedger;
import dev.lockstep.core.model.ModelReplica;
import java.util.function.LongSupplier;

/**
 * What one worker trains with.
 *
 * @param job the resolved job
 * @param data the samples
 * @param replica this worker's copy of the network
 * @param membership this worker's standing among the others
 * @param checkpoints where states are kept
 * @param initialParameters where the first parameters come from
 * @param ledger where the samples of each step are noted
 * @param clock in nanoseconds, for the times of the phases
 */
public record TrainingSetup(
        JobConfig job,
        TrainingData data,
        ModelReplica replica,
        Membership membership,
        CheckpointManager checkpoints,
        InitialParameters initialParameters,
        SampleLedger ledger,
        LongSupplier clock) {
    /** With the clock of this machine. */
    public TrainingSetup(
            JobConfig job,
            TrainingData data,
            ModelReplica replica,
            Membership membership,
            CheckpointManager checkpoints,
            InitialParameters initialParameters,
            SampleLedger ledger) {
        this(job, data, replica, membership, checkpoints, initialParameters, ledger, System::nanoTime);
    }

    /** With drawn parameters and without a ledger. */
    public TrainingSetup(
            JobConfig job,
            TrainingData data,
            ModelReplica replica,
            Membership membership,
            CheckpointManager checkpoints) {
        this(job, data, replica, membership, checkpoints, InitialParameters.DRAWN, SampleLedger.NONE);
    }
}
