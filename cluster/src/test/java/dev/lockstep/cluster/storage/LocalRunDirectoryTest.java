package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
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
