package dev.lockstep.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCheckpointStorageTest extends CheckpointStorageContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Override
    protected CheckpointStorage newStorage() {
        return new LocalCheckpointStorage(directory.resolve("checkpoints"));
    }

    @Test
    void probingSaysWhereAndWhatToDo() throws Exception {
        Path file = Files.writeString(directory.resolve("in-the-way"), "a file");

        assertThatThrownBy(() -> new LocalCheckpointStorage(file).probeWritable())
                .isInstanceOfSatisfying(LockstepException.class, e -> {
                    assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
                    assertThat(e)
                            .hasMessageContaining("cannot write to the directory " + file)
                            .hasMessageContaining("choose another one");
                });
    }
}
