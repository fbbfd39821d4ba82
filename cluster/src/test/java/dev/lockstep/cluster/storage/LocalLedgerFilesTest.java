package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.Slice;
import dev.lockstep.core.ledger.LedgerEra;
import dev.lockstep.core.ledger.LedgerLine.Continues;
import dev.lockstep.core.ledger.LedgerWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalLedgerFilesTest extends LedgerFilesContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Override
    String newLocation() {
        return directory.resolve("run").toString();
    }

    /** Training goes on; the check will say what is missing. */
    @Test
    void notesThatCannotBeWrittenAreToldOnceAndFailNothing() throws IOException {
        Path occupied = Files.writeString(directory.resolve("run"), "not a directory");
        LedgerFiles files = new LedgerFiles(RunDirectory.at(occupied.toString(), new Configuration()));
        LedgerEra era = new LedgerEra(1, 0, 0);
        List<String> failures = new ArrayList<>();
        try (LedgerWriter writer = new LedgerWriter(
                new Continues(era, 0, 0, 1, 2, 2, 3, 4), files.ofWorker(era, 0, 0), true, failures::add)) {
            writer.continues(1, 0);
            writer.used(1, 0, new Slice(0, 2), new int[] {1, 2});
        }
        assertThat(failures).singleElement().asString().contains("run");
    }
}
