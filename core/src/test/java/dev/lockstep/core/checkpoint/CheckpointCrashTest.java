package dev.lockstep.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.checkpoint.FaultyCheckpointStorage.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A writer dies at every point where it can: the checkpoint before is readable and the next writer cleans up. */
class CheckpointCrashTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private int nextDirectory;

    /** Writes step 30 over two earlier ones and prunes to two: every phase of the protocol. */
    private static void writeAndPrune(CheckpointStorage storage) throws IOException {
        CheckpointFormat format = new CheckpointFormat(storage);
        format.write(checkpoint(30), "run", () -> 2);
        format.prune(2, Set.of());
    }

    /** Writes step 20 once more: what is there is moved aside first. */
    private static void writeAgain(CheckpointStorage storage) throws IOException {
        new CheckpointFormat(storage).write(checkpoint(20), "run", () -> 2);
    }

    private interface Writer {
        void writeTo(CheckpointStorage storage) throws IOException;
    }

    @TestFactory
    Stream<DynamicTest> survivesACrashAtEveryCall() throws IOException {
        return Stream.concat(
                crashes("new step", CheckpointCrashTest::writeAndPrune),
                crashes("same step", CheckpointCrashTest::writeAgain));
    }

    private Stream<DynamicTest> crashes(String what, Writer writer) throws IOException {
        FaultyCheckpointStorage faultless = new FaultyCheckpointStorage(withTwoCheckpoints(), null);
        writer.writeTo(faultless);
        List<String> calls = faultless.calls();
        assertThat(calls).hasSizeGreaterThan(9);
        return IntStream.rangeClosed(1, calls.size()).boxed().flatMap(call -> Stream.of(false, true)
                .map(after -> DynamicTest.dynamicTest(
                        what + ": " + (after ? "after " : "before ") + calls.get(call - 1),
                        () -> survives(writer, new Fault.Crash(call, after)))));
    }

    @TestFactory
    Stream<DynamicTest> survivesAWriteTornAtAnyByte() throws IOException {
        FaultyCheckpointStorage faultless = new FaultyCheckpointStorage(withTwoCheckpoints(), null);
        writeAndPrune(faultless);
        long bytes = faultless.bytesWritten();
        return LongStream.range(0, bytes)
                .filter(number -> number % 41 == 0 || number == bytes - 1)
                .mapToObj(number -> DynamicTest.dynamicTest(
                        "byte " + number,
                        () -> survives(CheckpointCrashTest::writeAndPrune, new Fault.TornWrite(number))));
    }

    private void survives(Writer writer, Fault fault) throws IOException {
        CheckpointStorage storage = withTwoCheckpoints();
        FaultyCheckpointStorage faulty = new FaultyCheckpointStorage(storage, fault);
        assertThatThrownBy(() -> writer.writeTo(faulty)).hasMessageContaining("injected: crash");

        // A reader that comes at once, before anybody cleans up.
        List<Object> damaged = new ArrayList<>();
        Checkpoint found = new CheckpointFormat(storage).latest(damaged::add).orElseThrow();
        assertThat(damaged).isEmpty();
        assertThat(found.step()).isIn(10L, 20L, 30L);
        assertThat(found.tensor("parameters"))
                .isEqualTo(checkpoint(found.step()).tensor("parameters"));
        boolean movedAside = storage.list().stream().anyMatch(name -> name.startsWith("_replaced-"));
        if (!movedAside) {
            assertThat(found.step()).isGreaterThanOrEqualTo(20);
        }

        // The next writer: nothing of the dead one is left, and nothing was lost for good.
        CheckpointFormat next = new CheckpointFormat(storage);
        next.write(checkpoint(40), "run", () -> 3);
        assertThat(storage.list())
                .allMatch(name -> name.startsWith("step-"))
                .contains("step-000000000020", "step-000000000040");
        for (String published : storage.list()) {
            assertThat(next.read(published).step())
                    .isEqualTo(next.manifest(published).step());
        }
    }

    @Test
    void neverPublishesWhatTheStorageDidNotKeep() throws IOException {
        for (String file : List.of("state.json", "parameters.f32", "manifest.json")) {
            CheckpointStorage storage = withTwoCheckpoints();
            FaultyCheckpointStorage faulty = new FaultyCheckpointStorage(storage, new Fault.FlippedBit(file, 13));

            assertThatThrownBy(() -> writeAndPrune(faulty))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("did not keep")
                    .hasMessageContaining(file)
                    .hasMessageContaining("expected")
                    .hasMessageContaining("read back");
            assertThat(new CheckpointFormat(storage)
                            .latest(damaged -> {})
                            .orElseThrow()
                            .step())
                    .isEqualTo(20);
        }
    }

    private CheckpointStorage withTwoCheckpoints() throws IOException {
        CheckpointStorage storage = new LocalCheckpointStorage(directory.resolve("storage-" + nextDirectory++));
        CheckpointFormat format = new CheckpointFormat(storage);
        format.write(checkpoint(10), "run", () -> 1);
        format.write(checkpoint(20), "run", () -> 1);
        return storage;
    }

    private static Checkpoint checkpoint(long step) {
        TreeMap<String, float[]> tensors = new TreeMap<>();
        tensors.put("parameters", new float[] {step, 2 * step, 3 * step});
        tensors.put("optimizer", new float[] {-step});
        return new Checkpoint(step, JsonNodeFactory.instance.objectNode().put("epoch", step), tensors);
    }
}
