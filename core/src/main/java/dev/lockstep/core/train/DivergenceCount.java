package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.collective.ProcessGroup;
import java.util.SortedMap;

/** How often a run went on although it had diverged: what its policy decides by. */
final class DivergenceCount implements StatePart {
    private static final String NAME = "divergence";
    private static final String SKIPPED_IN_A_ROW = "skipped_in_a_row";
    private static final String ROLLED_BACK = "rolled_back";

    private int skippedInARow;
    private int rolledBack;

    int skippedInARow() {
        return skippedInARow;
    }

    int rolledBack() {
        return rolledBack;
    }

    void skipped() {
        skippedInARow++;
    }

    void wentBack() {
        rolledBack++;
    }

    /** The ranks were merged, and all was well. */
    void allIsWell() {
        skippedInARow = 0;
    }

    @Override
    public void writeTo(ObjectNode position, SortedMap<String, float[]> tensors) {
        position.putObject(NAME).put(SKIPPED_IN_A_ROW, skippedInARow).put(ROLLED_BACK, rolledBack);
    }

    @Override
    public void readFrom(Checkpoint checkpoint) {
        JsonNode counts = checkpoint.state().path(NAME);
        skippedInARow = counts.path(SKIPPED_IN_A_ROW).asInt();
        rolledBack = counts.path(ROLLED_BACK).asInt();
    }

    @Override
    public void broadcast(ProcessGroup group, int root) {
        double[] counts = {skippedInARow, rolledBack};
        group.broadcast(counts, counts.length, root);
        skippedInARow = (int) counts[0];
        rolledBack = (int) counts[1];
    }
}
