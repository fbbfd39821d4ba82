package dev.lockstep.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When an attempt ends, every survivor writes the checkpoint of the same step: what is left has to be whole. */
class SeveralWritersTest {
    private static final RetryPolicy RETRIES =
            new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(8), Duration.ofSeconds(5), 4);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static Checkpoint checkpoint() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("epoch", 3);
        TreeMap<String, float[]> tensors = new TreeMap<>();
        for (String name : List.of("optimizer", "parameters", "schedule")) {
            tensors.put(name, new float[] {1, 2, 3});
        }
        return new Checkpoint(7, state, tensors);
    }

    private static void write(CheckpointStorage storage, List<CheckpointEvent> events) {
        try (CheckpointManager manager = new CheckpointManager(
                storage, CheckpointInterval.parse("1 epoch"), 2, () -> 1L, "several", events::add, RETRIES)) {
            manager.writeNow(checkpoint());
        }
    }

    /** The one clears away what it takes for debris, at any moment of the other's writing. */
    @Test
    void theyDoNotSpoilEachOthersWork() throws Exception {
        FaultyCheckpointStorage alone =
                new FaultyCheckpointStorage(new LocalCheckpointStorage(directory.resolve("alone")), null);
        write(alone, new ArrayList<>());
        int calls = alone.calls().size();
        assertThat(calls).isGreaterThan(8);
        for (int call = 1; call <= calls; call++) {
            LocalCheckpointStorage place = new LocalCheckpointStorage(directory.resolve("call-" + call));
            List<CheckpointEvent> events = new ArrayList<>();
            write(
                    new FaultyCheckpointStorage(
                            place, new FaultyCheckpointStorage.Fault.Happening(call, () -> write(place, events))),
                    events);
            List<CheckpointEvent.Damaged> damaged = new ArrayList<>();
            assertThat(new CheckpointFormat(place).latest(damaged::add))
                    .as("the other wrote before call %d", call)
                    .map(Checkpoint::step)
                    .contains(7L);
            assertThat(damaged).isEmpty();
        }
    }
}
