package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.collective.ProcessGroup;
import java.util.SortedMap;

/** Something beside the {@link dev.lockstep.core.sync.TrainingState} that is the same on all ranks and is never lost. */
interface StatePart {
    /** Puts it into a checkpoint. */
    void writeTo(ObjectNode position, SortedMap<String, float[]> tensors);

    /** Takes it from a checkpoint; begins anew where that has none. */
    void readFrom(Checkpoint checkpoint);

    /** Gives every rank the root's; a call of all ranks. */
    void broadcast(ProcessGroup group, int root);
}
