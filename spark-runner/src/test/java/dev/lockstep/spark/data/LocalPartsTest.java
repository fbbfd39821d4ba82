package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPartsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void aFullDiskIsToldWithFiguresAndARemedy() {
        Path copies = directory.resolve("copies");
        LockstepException full = LocalParts.notFetched(
                copies, 123_456_789, new FileSystemException("part-0", null, "No space left on device"));
        assertThat(full.exitCode()).isEqualTo(ExitCode.DATA);
        assertThat(full)
                .hasMessageContaining("packed samples cannot be fetched to " + copies)
                .hasMessageContaining("123456789 bytes are needed")
                .hasMessageContaining(" bytes are free (")
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("-Djava.io.tmpdir");
    }

    @Test
    void anyOtherTroubleIsToldAsItIs() {
        assertThat(LocalParts.notFetched(directory, 1, new IOException("Input/output error")))
                .hasMessage("packed samples cannot be fetched to " + directory + ": Input/output error");
    }
}
