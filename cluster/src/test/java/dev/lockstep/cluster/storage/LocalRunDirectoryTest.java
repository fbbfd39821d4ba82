package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointFormat;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRunDirectoryTest extends RunDirectoryContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Override
    String newLocation() {
        return directory.resolve("runs").resolve("digits").toString();
    }

    @Test
    void isForItsOwnerAlone() throws IOException {
        Path run = Path.of(newLocation());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(run)))
                .isEqualTo("rwx------");
    }

    @Test
    void everyFileAndDirectoryOfARunIsForItsOwnerAlone() throws IOException {
        RunDirectory run = RunDirectory.at(directory.resolve("own").toString(), new Configuration());
        try (RunLease lease = RunLease.acquire(run, LeaseTiming.DEFAULT, Duration.ZERO, waiting -> {});
                LineWriter lines = run.appendLines("metrics.jsonl")) {
            lines.append("{}");
            run.writeText("result.json", "{}");
            CheckpointFormat format = new CheckpointFormat(run.checkpointStorage("checkpoints"));
            Checkpoint checkpoint = new Checkpoint(1, JsonNodeFactory.instance.objectNode(), new TreeMap<>());
            format.write(checkpoint, "run", lease::assertHeld);
            SavedModel model = new SavedModel(1, JsonNodeFactory.instance.objectNode(), new float[1]);
            new ModelArchive(run.storage()).write(model, "run", lease::assertHeld);
        }
        try (Stream<Path> all = Files.walk(directory.resolve("own"))) {
            List<Path> paths = all.toList();
            assertThat(paths).hasSizeGreaterThan(11);
            for (Path path : paths) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .as(path.toString())
                        .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void tellsWhereOthersMayWrite() throws IOException {
        RunDirectory run = RunDirectory.at(newLocation(), new Configuration());
        assertThat(run.writableByOthers()).isEmpty();
        Files.setPosixFilePermissions(Path.of(newLocation()), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(run.writableByOthers()).isEmpty();
        Files.setPosixFilePermissions(Path.of(newLocation()), PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThat(run.writableByOthers()).contains("rwxrwxr-x");
        assertThat(RunDirectory.at(directory.resolve("absent").toString(), new Configuration())
                        .writableByOthers())
                .isEmpty();
    }

    @Test
    void takesAFileUriForALocalPath() {
        String uri = directory.resolve("with space").toUri().toString();

        assertThat(RunDirectory.at(uri, new Configuration()).location())
                .isEqualTo(directory.resolve("with space").toString());
    }

    @Test
    void takesAPathWithoutASchemeRelativeToTheWorkingDirectory() {
        assertThat(RunDirectory.at("runs/digits", new Configuration()).location())
                .isEqualTo(Path.of("runs/digits").toAbsolutePath().toString());
    }

    @Test
    void aFileInTheWayIsTheUsersToMend() throws IOException {
        Path file = Files.createFile(directory.resolve("taken"));
        RunDirectory run = RunDirectory.at(file.toString(), new Configuration());

        assertThatThrownBy(() -> RunLease.acquire(run, LeaseTiming.DEFAULT, Duration.ZERO, waiting -> {}))
                .isInstanceOfSatisfying(
                        LockstepException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessage("cannot make the run directory " + file + ": a file of this name is in the way: " + file
                        + "; choose another one with --run-dir");
    }

    @Test
    void namesAFileSystemWhoseClassesAreNotThere() {
        Configuration configuration = new Configuration();
        configuration.set("fs.absent.impl", "org.example.NoSuchFileSystem");

        assertThatThrownBy(() -> RunDirectory.at("absent://host/runs", configuration))
                .isInstanceOfSatisfying(
                        LockstepException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("absent://host/runs")
                .hasMessageContaining("NoSuchFileSystem");
    }

    @Test
    void namesASchemeThatNobodyServes() {
        assertThatThrownBy(() -> RunDirectory.at("nowhere://host/runs", new Configuration()))
                .isInstanceOfSatisfying(
                        LockstepException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("nowhere://host/runs")
                .hasMessageContaining("expected a local path or a URI");
    }
}
