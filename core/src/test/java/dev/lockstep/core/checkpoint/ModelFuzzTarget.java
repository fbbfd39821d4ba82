package dev.lockstep.core.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.IOException;
import java.util.List;

/** A saved model, the best one or the last. */
public final class ModelFuzzTarget implements FuzzTarget {
    @Override
    public String name() {
        return "model";
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        MemoryStorage storage = new MemoryStorage();
        for (String directory : new String[] {ModelArchive.DIRECTORY, ModelArchive.BEST_DIRECTORY}) {
            SavedModel model = new SavedModel(
                    9, JsonNodeFactory.instance.objectNode().put("classes", 3), new float[] {1, 2, 3, 4});
            new ModelArchive(storage, directory).write(model, "run-1", () -> 1L);
        }
        return List.of(SealedInput.of(storage, true), SealedInput.of(storage, false));
    }

    @Override
    public void read(byte[] input) throws IOException {
        MemoryStorage storage = SealedInput.storage(input);
        ModelArchive last = new ModelArchive(storage);
        ModelArchive best = new ModelArchive(storage, ModelArchive.BEST_DIRECTORY);
        try {
            if (best.exists()) {
                best.read();
            }
        } finally {
            last.exists();
            last.read();
        }
    }

    @Override
    public List<String> words() {
        return List.of(
                "\"@\"", "\n=== _replaced-model-a/", "\n=== model/", "preprocessor.bin", "../", "parameters.f32");
    }
}
