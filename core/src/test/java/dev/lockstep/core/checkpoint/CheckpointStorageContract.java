package dev.lockstep.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every storage must do; each implementation's test extends it. */
public abstract class CheckpointStorageContract {
    private CheckpointStorage storage;

    /** A storage at a place that does not exist yet. */
    protected abstract CheckpointStorage newStorage() throws Exception;

    @BeforeEach
    void open() throws Exception {
        storage = newStorage();
    }

    @Test
    void listsNothingWhereNothingIs() throws IOException {
        assertThat(storage.list()).isEmpty();
        assertThat(storage.location()).isNotBlank();
    }

    @Test
    void probingMakesThePlaceAndLeavesNothing() throws IOException {
        storage.probeWritable();
        storage.probeWritable();

        assertThat(storage.list()).isEmpty();
    }

    @Test
    void returnsWhatWasWritten() throws IOException {
        byte[] contents = new byte[300_000];
        new Random(7).nextBytes(contents);
        try (OutputStream out = storage.create("a", "data.f32")) {
            out.write(contents[0]);
            out.write(contents, 1, contents.length - 1);
        }

        assertThat(storage.size("a", "data.f32")).isEqualTo(contents.length);
        try (InputStream in = storage.open("a", "data.f32")) {
            assertThat(in.readAllBytes()).isEqualTo(contents);
        }
    }

    @Test
    void keepsAnEmptyFile() throws IOException {
        write("a", "empty", "");

        assertThat(storage.size("a", "empty")).isZero();
    }

    @Test
    void neverOverwritesAFile() throws IOException {
        write("a", "one", "first");

        assertThatThrownBy(() -> write("a", "one", "second")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(read("a", "one")).isEqualTo("first");
    }

    @Test
    void namesAFileThatIsNotThere() throws IOException {
        write("a", "one", "1");

        assertThatThrownBy(() -> storage.size("a", "two")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> storage.open("a", "two").close()).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> storage.size("b", "one")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void publishesAWholeDirectory() throws IOException {
        write("_temporary-x", "one", "1");
        write("_temporary-x", "two", "2");

        storage.publish("_temporary-x", "x");

        assertThat(storage.list()).containsExactly("x");
        assertThat(read("x", "one")).isEqualTo("1");
        assertThat(read("x", "two")).isEqualTo("2");
    }

    @Test
    void publishingNeverReplacesNorNests() throws IOException {
        write("x", "one", "old");
        write("_temporary-x", "one", "new");

        assertThatThrownBy(() -> storage.publish("_temporary-x", "x")).isInstanceOf(FileAlreadyExistsException.class);

        assertThat(storage.list()).containsExactly("_temporary-x", "x");
        assertThat(read("x", "one")).isEqualTo("old");
        assertThat(read("_temporary-x", "one")).isEqualTo("new");
        assertThatThrownBy(() -> storage.size("x", "_temporary-x")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void publishingNamesADirectoryThatIsNotThere() throws IOException {
        write("y", "one", "1");

        assertThatThrownBy(() -> storage.publish("_temporary-x", "x")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void deletesAWholeDirectoryAndMindsNoneThatIsMissing() throws IOException {
        write("x", "one", "1");
        write("y", "one", "1");

        storage.delete("x");
        storage.delete("x");

        assertThat(storage.list()).containsExactly("y");
    }

    @Test
    void refusesNamesThatLeadElsewhere() {
        for (String name : List.of("..", ".", "", "a/b", "/a", "../a", ".hidden", "a b", "a\u0000b", "-a", "ü")) {
            assertThatThrownBy(() -> storage.create(name, "f").close())
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> storage.create("d", name).close())
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> storage.delete(name)).as(name).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> storage.publish("d", name)).as(name).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void carriesCheckpointsFromWritingToPruning() throws IOException {
        CheckpointFormat format = new CheckpointFormat(storage);
        TreeMap<String, float[]> tensors = new TreeMap<>();
        for (long step = 10; step <= 50; step += 10) {
            tensors.put("parameters", new float[] {step, -0.0f, Float.MIN_VALUE, Float.NaN});
            format.write(
                    new Checkpoint(step, JsonNodeFactory.instance.objectNode().put("seed", step), tensors),
                    "run",
                    () -> 1);
            format.prune(2, Set.of(20L));
        }
        List<Object> damaged = new ArrayList<>();

        Checkpoint latest = format.latest(damaged::add).orElseThrow();

        assertThat(damaged).isEmpty();
        assertThat(latest.step()).isEqualTo(50);
        assertThat(latest.state().path("seed").asLong()).isEqualTo(50);
        assertThat(latest.tensor("parameters")).containsExactly(50f, -0.0f, Float.MIN_VALUE, Float.NaN);
        assertThat(storage.list()).containsExactly("step-000000000020", "step-000000000040", "step-000000000050");
        assertThatCode(() -> format.read("step-000000000020")).doesNotThrowAnyException();
    }

    private void write(String directory, String file, String text) throws IOException {
        try (OutputStream out = storage.create(directory, file)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String read(String directory, String file) throws IOException {
        try (InputStream in = storage.open(directory, file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
