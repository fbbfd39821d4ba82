package dev.lockstep.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links and names that no writer of ours makes, on the local disk. */
class StrangeFilesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private LocalCheckpointStorage storage;

    @SuppressWarnings("NullAway.Init")
    private CheckpointFormat format;

    @BeforeEach
    void write() throws IOException {
        storage = new LocalCheckpointStorage(directory.resolve("run"));
        format = new CheckpointFormat(storage);
        for (long step : new long[] {1, 2}) {
            TreeMap<String, float[]> tensors = new TreeMap<>();
            tensors.put("parameters", new float[] {step});
            format.write(new Checkpoint(step, JsonNodeFactory.instance.objectNode(), tensors), "run", () -> 1L);
        }
        new ModelArchive(storage)
                .write(new SavedModel(2, JsonNodeFactory.instance.objectNode(), new float[1]), "run", () -> 1L);
    }

    private Path inRun(String path) {
        return directory.resolve("run").resolve(path);
    }

    /** Moves a file out and leaves a link to it: what it leads to is right to the byte. */
    private void replaceByLink(String path) throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        Files.move(inRun(path), elsewhere);
        Files.createSymbolicLink(inRun(path), elsewhere);
    }

    @Test
    void aLinkInTheNewestCheckpointIsNotFollowed() throws IOException {
        replaceByLink("step-000000000002/parameters.f32");
        assertThatThrownBy(() -> format.read("step-000000000002"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("links are not followed");
        List<CheckpointEvent.Damaged> damaged = new ArrayList<>();
        Optional<Checkpoint> latest = format.latest(damaged::add);
        assertThat(latest.map(Checkpoint::step)).contains(1L);
        assertThat(damaged).hasSize(1);
    }

    @Test
    void neitherIsALinkInAModelNorOneToAManifestOrADirectory() throws IOException {
        replaceByLink("model/model.json");
        assertThatThrownBy(() -> new ModelArchive(storage).read()).hasMessageContaining("links are not followed");
        Files.delete(directory.resolve("elsewhere"));
        replaceByLink("step-000000000001/manifest.json");
        assertThatThrownBy(() -> format.read("step-000000000001")).hasMessageContaining("links are not followed");
        Files.delete(directory.resolve("elsewhere"));
        replaceByLink("step-000000000002");
        assertThat(format.directories()).containsExactly("step-000000000001");
        assertThatThrownBy(() -> format.read("step-000000000002")).hasMessageContaining("links are not followed");
    }

    @Test
    void aModelThatIsALinkIsNone() throws IOException {
        replaceByLink("model");
        assertThat(new ModelArchive(storage).exists()).isFalse();
        assertThatThrownBy(() -> new ModelArchive(storage).read()).isInstanceOf(LockstepException.class);
    }

    @Test
    void directoriesOfOtherNamesAreLetAlone() throws IOException {
        List<String> strange = List.of("_temporary-step-a b", "_replaced-step-ä-1", "_deleted-step-\n", "step-x", "-");
        for (String name : strange) {
            Files.createDirectory(inRun(name));
        }
        assertThat(format.prune(1, Set.of())).containsExactly("step-000000000001");
        assertThat(format.latest(damaged -> {}).map(Checkpoint::step)).contains(2L);
        for (String name : strange) {
            assertThat(inRun(name)).isDirectory();
        }
    }
}
