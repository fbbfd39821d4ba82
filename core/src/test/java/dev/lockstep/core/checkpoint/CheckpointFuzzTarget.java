package dev.lockstep.core.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** A directory of checkpoints: read, searched for the newest, pruned. */
public final class CheckpointFuzzTarget implements FuzzTarget {
    private static final String READ = CheckpointFormat.directoryName(7);

    @Override
    public String name() {
        return "checkpoint";
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        MemoryStorage storage = new MemoryStorage();
        CheckpointFormat format = new CheckpointFormat(storage);
        for (long step : new long[] {3, 7}) {
            ObjectNode state = JsonNodeFactory.instance.objectNode();
            state.put("epoch", 1).put("seed", 7L).putArray("header").add(step).add(0.5);
            TreeMap<String, float[]> tensors = new TreeMap<>();
            tensors.put("parameters", new float[] {1, 2, 3});
            tensors.put("optimizer", new float[0]);
            format.write(new Checkpoint(step, state, tensors), "run-1", () -> 1L);
        }
        return List.of(SealedInput.of(storage, true), SealedInput.of(storage, false));
    }

    @Override
    public void read(byte[] input) throws IOException {
        MemoryStorage storage = SealedInput.storage(input);
        CheckpointFormat format = new CheckpointFormat(storage, 0);
        format.directories();
        format.prune(1, Set.of(3L));
        try {
            format.latest(damaged -> {});
        } finally {
            format.read(READ);
        }
    }

    /** The files come from memory here; a file system's own exceptions are its callers' to tell. */
    @Override
    public boolean isRefusal(Throwable thrown) {
        return thrown instanceof IOException;
    }

    @Override
    public List<String> words() {
        return List.of(
                "\"@\"",
                "\n=== step-000000000007/",
                "\n=== _temporary-step-x/",
                "\n=== _replaced-step-000000000007-a/",
                "\n=== _deleted-step- /a\n",
                "../",
                "\"format_version\":2",
                "9999-12-31T23:59:59Z");
    }
}
