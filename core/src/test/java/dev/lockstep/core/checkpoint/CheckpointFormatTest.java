package dev.lockstep.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFormatTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private CheckpointFormat format;

    private final List<CheckpointEvent.Damaged> damaged = new ArrayList<>();

    @BeforeEach
    void open() {
        format = new CheckpointFormat(new LocalCheckpointStorage(directory));
    }

    @Test
    void writesTensorsAsRawLittleEndianFloats() throws IOException {
        float[] values = new float[40_000];
        Random random = new Random(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(random.nextInt());
        }
        write(7, 1, values);

        byte[] bytes = Files.readAllBytes(directory.resolve("step-000000000007/parameters.f32"));
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes).hasSize(values.length * 4);
        for (float value : values) {
            assertThat(buffer.getInt()).isEqualTo(Float.floatToRawIntBits(value));
        }
        assertThat(format.read("step-000000000007").tensor("parameters")).isEqualTo(values);
    }

    @Test
    void everyFlippedBitIsNoticedAndThePreviousOneUsed() throws IOException {
        write(10, 1, 1, 2, 3);
        write(20, 1, 4, 5, 6);
        Path newest = directory.resolve("step-000000000020");
        for (String file : List.of("manifest.json", "state.json", "parameters.f32")) {
            byte[] whole = Files.readAllBytes(newest.resolve(file));
            for (int bit = 0; bit < whole.length * 8; bit += 5) {
                byte[] flipped = whole.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                Files.write(newest.resolve(file), flipped);
                damaged.clear();
                Checkpoint found = format.latest(damaged::add).orElseThrow();
                // A blank in the manifest may become another blank: then nothing that it says has changed.
                if (found.step() == 20) {
                    assertThat(file).isEqualTo("manifest.json");
                    assertThat(whole[bit / 8]).as("bit " + bit).isIn((byte) ' ', (byte) '\n');
                } else {
                    assertThat(found.step()).isEqualTo(10);
                    assertThat(damaged).singleElement().satisfies(event -> {
                        assertThat(event.directory()).isEqualTo("step-000000000020");
                        assertThat(event.reason()).contains(file, "expected", "found");
                    });
                }
            }
            Files.write(newest.resolve(file), whole);
        }
        assertThat(format.latest(damaged::add).orElseThrow().step()).isEqualTo(20);
    }

    @Test
    void namesTheFileAndBothSizesWhenOneIsCutOff() throws IOException {
        write(10, 1, 1, 2, 3);
        Files.write(directory.resolve("step-000000000010/parameters.f32"), new byte[5]);

        assertThatThrownBy(() -> format.read("step-000000000010"))
                .isInstanceOf(DamagedCheckpointException.class)
                .hasMessage("damaged: " + directory + "/step-000000000010, file parameters.f32: expected 12 bytes,"
                        + " found 5 bytes");
        assertThatThrownBy(() -> format.latest(damaged::add))
                .isInstanceOfSatisfying(
                        LockstepException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.MODEL))
                .hasMessageContaining("no checkpoint in " + directory + " can be read")
                .hasMessageContaining("--fresh");
    }

    /** As when workers that have outlived a driver are just replacing the only one. */
    @Test
    void whereNoneIsWholeItLooksOnceMore() throws IOException {
        write(10, 1, 1);
        CheckpointFormat away = new CheckpointFormat(failingToOpen(1, new NoSuchFileException("it is being replaced")));
        assertThat(away.latest(damaged::add).map(Checkpoint::step)).contains(10L);
        assertThat(damaged).isEmpty();
    }

    /** Nobody is told to start anew because a storage is just coming up. */
    @Test
    void whereNoneIsWholeAndOneCannotBeReadNowItIsNotCalledDamaged() throws IOException {
        write(10, 1, 1);
        write(20, 1, 1);
        Files.delete(directory.resolve("step-000000000010/state.json"));
        CheckpointFormat away = new CheckpointFormat(failingToOpen(1_000, new IOException("no block is there")), 0);
        assertThatThrownBy(() -> away.latest(damaged::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no block is there");
    }

    /** The directory, where opening a file fails so often. */
    private CheckpointStorage failingToOpen(int times, IOException failure) {
        AtomicInteger opened = new AtomicInteger();
        CheckpointStorage place = new LocalCheckpointStorage(directory);
        return (CheckpointStorage) Proxy.newProxyInstance(
                CheckpointStorage.class.getClassLoader(),
                new Class<?>[] {CheckpointStorage.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("open") && opened.getAndIncrement() < times) {
                        throw failure;
                    }
                    try {
                        return method.invoke(place, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    @Test
    void missingFilesAreDamage() throws IOException {
        write(10, 1, 1);
        write(20, 1, 1);
        write(30, 1, 1);
        Files.delete(directory.resolve("step-000000000020/state.json"));
        Files.delete(directory.resolve("step-000000000030/manifest.json"));

        assertThat(format.latest(damaged::add).orElseThrow().step()).isEqualTo(10);
        assertThat(damaged).extracting(CheckpointEvent.Damaged::step).containsExactly(30L, 20L);
    }

    @Test
    void refusesANewerFormatByName() throws IOException {
        write(10, 1, 1);
        TreeMap<String, SealedDirectory.Contents> files = new TreeMap<>();
        files.put("state.json", out -> out.write('{'));
        new SealedDirectory(new LocalCheckpointStorage(directory), "step-", "lockstep-checkpoint", 3)
                .write("step-000000000020", 20, "run", () -> 1, files, 1);

        assertThatThrownBy(() -> format.latest(damaged::add))
                .isInstanceOfSatisfying(
                        LockstepException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.MODEL))
                .hasMessageContaining("step-000000000020 has format 3, this version reads <= 1");
    }

    @Test
    void refusesANewerModelByName() throws IOException {
        TreeMap<String, SealedDirectory.Contents> files = new TreeMap<>();
        files.put("model.json", out -> out.write('{'));
        CheckpointStorage storage = new LocalCheckpointStorage(directory);
        new SealedDirectory(storage, "model", "lockstep-model", 3).write("model", 20, "run", () -> 1, files, 1);

        for (ThrowingCallable reading : List.<ThrowingCallable>of(
                () -> new ModelArchive(storage).read(), () -> new ModelArchive(storage).verify())) {
            assertThatThrownBy(reading)
                    .isInstanceOfSatisfying(LockstepException.class, e -> assertThat(e.exitCode())
                            .isEqualTo(ExitCode.MODEL))
                    .hasMessageContaining("model has format 3, this version reads <= 1");
        }
    }

    @Test
    void verifyingReadsEveryByteAndNamesTheFirstThatIsWrong() throws IOException {
        write(10, 4, 1, 2, 3);
        assertThat(format.verify("step-000000000010").fencingNumber()).isEqualTo(4);
        Files.write(directory.resolve("step-000000000010/parameters.f32"), new byte[12]);
        assertThatThrownBy(() -> format.verify("step-000000000010"))
                .isInstanceOf(DamagedCheckpointException.class)
                .hasMessageContaining("parameters.f32: expected 12 bytes with SHA-256");
        assertThat(format.debris()).isEmpty();
        Files.createDirectories(directory.resolve("_temporary-step-000000000020-0123456789abcdef"));
        assertThat(format.debris()).containsExactly("_temporary-step-000000000020-0123456789abcdef");
    }

    @Test
    void aCheckpointUnderAnotherNameIsDamaged() throws IOException {
        write(10, 1, 1);
        Files.move(directory.resolve("step-000000000010"), directory.resolve("step-000000000099"));

        assertThatThrownBy(() -> format.read("step-000000000099"))
                .hasMessageContaining("expected the step of step-000000000099, found step 10");
    }

    @Test
    void theLaterOwnerOfTheRunWinsOverAHigherStep() throws IOException {
        write(10, 1, 1);
        write(500, 1, 5);
        write(300, 2, 3);

        assertThat(format.latest(damaged::add).orElseThrow().step()).isEqualTo(300);
        format.prune(2, Set.of());
        assertThat(format.directories()).containsExactly("step-000000000300", "step-000000000500");
    }

    @Test
    void anOwnerThatLostItsLeaseWritesNothing() throws IOException {
        write(10, 5, 1);

        assertThatThrownBy(() -> write(10, 4, 2))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("fencing number 5, this process holds 4");
        assertThatThrownBy(() -> format.write(checkpoint(20, 2), "run", () -> {
                    throw new LockstepException(ExitCode.CLUSTER, "lease lost");
                }))
                .hasMessage("lease lost");
        assertThat(format.directories()).containsExactly("step-000000000010");
        assertThat(format.read("step-000000000010").tensor("parameters")).containsExactly(1);
    }

    @Test
    void refusesWhatCannotBeWritten() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.putObject("best").putArray("losses").add(1.0).add(Double.NaN);
        assertThatThrownBy(() -> new Checkpoint(1, state, new TreeMap<>())).hasMessageContaining("/best/losses/1");

        TreeMap<String, float[]> tensors = new TreeMap<>();
        tensors.put("../parameters", new float[1]);
        assertThatThrownBy(() -> new Checkpoint(1, JsonNodeFactory.instance.objectNode(), tensors))
                .hasMessageContaining("found \"../parameters\"");
        assertThatThrownBy(() -> new Checkpoint(-1, JsonNodeFactory.instance.objectNode(), new TreeMap<>()))
                .hasMessageContaining("found -1");
    }

    @Test
    void aModelReplacesAModelAndSurvivesAHalfFinishedReplacement() throws IOException {
        LocalCheckpointStorage run = new LocalCheckpointStorage(directory);
        ModelArchive archive = new ModelArchive(run);
        assertThat(archive.exists()).isFalse();
        assertThatThrownBy(archive::read).hasMessageContaining("no model: expected a directory " + directory);

        ObjectNode description = JsonNodeFactory.instance.objectNode().put("classes", 10);
        archive.write(new SavedModel(1, description, new float[] {1}), "run", () -> 1);
        archive.write(new SavedModel(2, description, new float[] {2}), "run", () -> 1);
        assertThat(run.list()).containsExactly("model");
        assertThat(archive.read().parameters()).containsExactly(2);
        assertThat(archive.read().step()).isEqualTo(2);
        assertThat(archive.read().description()).isEqualTo(description);

        run.publish("model", "_replaced-model-0123456789abcdef");
        assertThat(archive.read().parameters()).containsExactly(2);
        archive.write(new SavedModel(3, description, new float[] {3}), "run", () -> 1);
        assertThat(run.list()).containsExactly("model");

        Files.write(directory.resolve("model/parameters.f32"), new byte[] {0, 0, 0, 0});
        assertThatThrownBy(archive::read)
                .isInstanceOf(DamagedCheckpointException.class)
                .hasMessageContaining("parameters.f32: expected SHA-256");
    }

    private void write(long step, long fencingNumber, float... parameters) throws IOException {
        format.write(checkpoint(step, parameters), "run", () -> fencingNumber);
    }

    private static Checkpoint checkpoint(long step, float... parameters) {
        TreeMap<String, float[]> tensors = new TreeMap<>();
        tensors.put("parameters", parameters);
        return new Checkpoint(step, JsonNodeFactory.instance.objectNode().put("seed", 42), tensors);
    }
}
