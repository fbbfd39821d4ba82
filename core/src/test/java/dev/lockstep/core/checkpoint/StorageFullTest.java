package dev.lockstep.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.checkpoint.CheckpointEvent.Failed;
import dev.lockstep.core.checkpoint.CheckpointEvent.Written;
import dev.lockstep.core.checkpoint.FaultyCheckpointStorage.Fault;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A place without room for the next checkpoint. */
@Timeout(60)
class StorageFullTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final RetryPolicy BRIEF =
            new RetryPolicy(Duration.ofMillis(2), Duration.ofMillis(4), Duration.ofMillis(60), 1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final List<CheckpointEvent> events = new CopyOnWriteArrayList<>();
    private final CheckpointStorage real = new InMemoryCheckpointStorage();

    private static Checkpoint checkpoint(long step) {
        TreeMap<String, float[]> tensors = new TreeMap<>();
        tensors.put("parameters", new float[1000]);
        return new Checkpoint(step, JsonNodeFactory.instance.objectNode(), tensors);
    }

    private CheckpointManager manager(CheckpointStorage storage, RetryPolicy retries) {
        return new CheckpointManager(
                storage, CheckpointInterval.parse("1 step"), 2, () -> 1, "run", events::add, retries);
    }

    @Test
    void theErrorSaysWhatIsNeededAndWhatIsFreeAndOldCheckpointsStay() throws IOException {
        try (CheckpointManager before = manager(real, BRIEF)) {
            before.protectSteps(Set.of(1L));
            for (long step = 1; step <= 4; step++) {
                before.writeNow(checkpoint(step));
            }
        }
        List<String> kept = real.list();
        assertThat(kept).containsExactly("step-000000000001", "step-000000000003", "step-000000000004");
        try (CheckpointManager full = manager(new FaultyCheckpointStorage(real, new Fault.Full(2500)), BRIEF)) {
            full.writeInBackground(checkpoint(5));
            assertThatThrownBy(() -> full.awaitIdle(DEADLINE))
                    .isInstanceOfSatisfying(LockstepException.class, e -> assertThat(e.exitCode())
                            .isEqualTo(ExitCode.CLUSTER))
                    .hasMessageContaining("no room: 4003 bytes are needed in memory:/checkpoints, 0 bytes are free")
                    .hasMessageContaining("checkpoint.keep")
                    .hasMessageContaining("earlier checkpoints are untouched");
        }
        // Neither was an old one given up for the new one, which only the policy may do, nor is half of it left.
        assertThat(real.list()).isEqualTo(kept);
    }

    @Test
    void theWriteSucceedsOnceThereIsRoom() throws IOException {
        FaultyCheckpointStorage storage = new FaultyCheckpointStorage(real, new Fault.Full(100));
        RetryPolicy patient = new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(2), DEADLINE, 1);
        CheckpointManager manager = new CheckpointManager(
                storage,
                CheckpointInterval.parse("1 step"),
                2,
                () -> 1,
                "run",
                event -> {
                    events.add(event);
                    if (events.size() == 2) {
                        storage.makeRoom();
                    }
                },
                patient);
        try (manager) {
            manager.writeInBackground(checkpoint(7));
            manager.awaitIdle(DEADLINE);
        }
        assertThat(events).hasSize(3).last().isInstanceOf(Written.class);
        assertThat(events.subList(0, 2))
                .allSatisfy(event -> assertThat(((Failed) event).reason()).contains("bytes are needed"));
        assertThat(real.list()).containsExactly("step-000000000007");
    }

    @Test
    void theBestModelSurvivesALastModelThatHasNoRoom() throws IOException {
        SavedModel model = new SavedModel(1, JsonNodeFactory.instance.objectNode(), new float[] {1});
        new ModelArchive(real, ModelArchive.BEST_DIRECTORY).write(model, "run", () -> 1);
        new ModelArchive(real).write(model, "run", () -> 1);
        ModelArchive full = new ModelArchive(new FaultyCheckpointStorage(real, new Fault.Full(2)));

        assertThatThrownBy(() -> full.write(
                        new SavedModel(2, JsonNodeFactory.instance.objectNode(), new float[] {2}), "run", () -> 1))
                .isInstanceOf(StorageFullException.class)
                .hasMessageContaining("bytes are needed");

        assertThat(new ModelArchive(real, ModelArchive.BEST_DIRECTORY).read().parameters())
                .containsExactly(1);
        assertThat(new ModelArchive(real).read().step()).isEqualTo(1);
    }

    /** With the words of a real kernel. */
    @Test
    void aLocalDiskThatIsFullIsRecognised() throws IOException {
        Path device = Path.of("/dev/full");
        assumeTrue(Files.isWritable(device), "this system has no /dev/full");
        try (OutputStream out = Files.newOutputStream(device)) {
            assertThatThrownBy(() -> out.write(1)).isInstanceOfSatisfying(IOException.class, e -> assertThat(
                            StorageFullException.ofLocal(e, "/dev/full"))
                    .get()
                    .satisfies(full -> assertThat(full).hasMessageContaining("/dev/full")));
        }
        assertThat(StorageFullException.ofLocal(new IOException("Input/output error"), "/data"))
                .isEmpty();
        assertThat(new LocalCheckpointStorage(directory.resolve("not/there/yet")).freeBytes())
                .isPresent();
    }
}
