package dev.lockstep.core.sync;

import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.optimizer.UpdateRule;
import dev.lockstep.core.schema.OneOf;

/** How the workers' updates become one model. */
@OneOf({GradientSharingSync.class, ParameterAveragingSync.class, Dl4jSparkSync.class})
public interface SyncSpec {
    /** Floats of state that the strategy keeps in {@link TrainingState#syncState()}, from 0. */
    default int stateLength(int parameterCount) {
        return 0;
    }

    /**
     * What the strategy of one worker allocates beside the state, with what arrives from the others.
     *
     * @param parameters length of the flat vector
     * @param stateFloats of the optimizer
     */
    default MemoryNeed memory(long parameters, long stateFloats, int workers) {
        return MemoryNeed.NONE;
    }

    /** The floats that every rank keeps back for itself and rank 0 gathers for a checkpoint; from 0. */
    default long residualLength(long parameters) {
        return 0;
    }

    /**
     * The strategy of one worker.
     *
     * @throws UnsupportedOperationException for a mode that another engine runs
     */
    SyncStrategy create(NetworkPlan plan, UpdateRule rule, TrainingState state);
}
