package dev.lockstep.core.train;

import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.sync.TrainingState;
import java.util.Arrays;
import java.util.List;

/** Gives every rank one rank's state. A peer that is lost on the way leaves the others' states in parts. */
record StateSharing(TrainingState state, List<StatePart> parts) {
    /** Gives every rank the root's state and makes sure that it arrived; a call of all ranks. */
    void broadcast(ProcessGroup group, int root) {
        double[] header = state.header();
        group.broadcast(header, header.length, root);
        group.broadcast(state.parameters(), state.parameters().length, root);
        for (int slot = 0; slot < state.optimizerState().slots(); slot++) {
            group.broadcast(state.optimizerState().slot(slot), state.parameters().length, root);
        }
        group.broadcast(state.syncState(), state.syncState().length, root);
        if (state.scheduleMemory().length > 0) {
            group.broadcast(state.scheduleMemory(), state.scheduleMemory().length, root);
        }
        parts.forEach(part -> part.broadcast(group, root));
        state.readHeader(header);
        double mine = Arrays.hashCode(state.parameters());
        double[] hash = {mine};
        group.broadcast(hash, 1, root);
        if (hash[0] != mine) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "rank " + group.rank() + " holds other parameters than rank " + root
                            + " after the state was shared: the network or memory of this host is not to be trusted");
        }
    }
}
