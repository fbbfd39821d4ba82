package dev.lockstep.bench.micro;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointFormat;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.checkpoint.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One checkpoint with Adam's state on a local disk, as the background thread writes it: verified, renamed, pruned. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class CheckpointBenchmark {
    private static final int KEPT = 2;

    /** Parameters: those of model A and of model B. */
    @Param({"109386", "431080"})
    public int parameters;

    private Path directory;
    private CheckpointFormat format;
    private TreeMap<String, float[]> tensors;
    private long step;

    /** Makes a directory and a state. */
    @Setup(Level.Trial)
    public void prepare() throws IOException {
        directory = Files.createTempDirectory("lockstep-bench-checkpoints");
        format = new CheckpointFormat(new LocalCheckpointStorage(directory));
        tensors = new TreeMap<>();
        tensors.put("parameters", new float[parameters]);
        tensors.put("optimizer", new float[2 * parameters]);
        step = 0;
    }

    /** Writes one and removes the oldest. */
    @Benchmark
    public Manifest write() throws IOException {
        step++;
        Checkpoint checkpoint = new Checkpoint(step, JsonNodeFactory.instance.objectNode(), tensors);
        Manifest manifest = format.write(checkpoint, "benchmark", () -> 1L);
        format.prune(KEPT, Set.of());
        return manifest;
    }

    /** Removes everything. */
    @TearDown(Level.Trial)
    public void remove() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
