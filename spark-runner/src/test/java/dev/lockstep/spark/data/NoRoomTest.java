package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.checkpoint.StorageFullException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NoRoomTest {
    @Test
    void sparksOwnFilesAreNamedWithWhatToSet() {
        String told = "Job aborted due to stage failure: Task 3 in stage 2.0 failed 4 times, most recent failure: Lost"
                + " task 3.3\njava.io.IOException: No space left on device\n\tat java.base/sun.nio.ch.FileDispatcherImpl";
        assertThat(NoRoom.told(new IllegalStateException(told)))
                .get()
                .asString()
                .startsWith("no room: java.io.IOException: No space left on device; make room on that host")
                .contains("spark.local.dir", "-Djava.io.tmpdir");
        assertThat(NoRoom.told(new UncheckedIOException(new IOException("Disk quota exceeded"))))
                .get()
                .asString()
                .contains("Disk quota exceeded");
    }

    @Test
    void whoHasFiguresIsQuotedAndOtherFailuresAreLeftAsTheyAre() {
        StorageFullException full = new StorageFullException("no room: 5 bytes are needed", new IOException("x"));
        assertThat(NoRoom.told(new UncheckedIOException(full))).contains("no room: 5 bytes are needed");
        assertThat(NoRoom.told(new IOException("Input/output error"))).isEqualTo(Optional.empty());
    }
}
