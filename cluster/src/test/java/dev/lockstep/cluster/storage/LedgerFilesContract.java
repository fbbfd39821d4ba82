package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.Slice;
import dev.lockstep.core.ledger.LedgerCheck;
import dev.lockstep.core.ledger.LedgerEra;
import dev.lockstep.core.ledger.LedgerLine.Continues;
import dev.lockstep.core.ledger.LedgerReport;
import dev.lockstep.core.ledger.LedgerWriter;
import dev.lockstep.core.ledger.SamplesHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** A ledger of one worker with one step of two samples, on any file system. */
abstract class LedgerFilesContract {
    private static final int[] SAMPLES = {4, 7};

    /** A place of its own for each test. */
    abstract String newLocation();

    private static LedgerWriter writer(LedgerFiles files, long fencing, List<String> failures) {
        LedgerEra era = new LedgerEra(fencing, 0, 0);
        Continues common = new Continues(era, 0, 0, 1, SAMPLES.length, 2, 3, SamplesHash.of(SAMPLES, SAMPLES.length));
        return new LedgerWriter(common, files.ofWorker(era, 0, 0), files.areRemote(), failures::add);
    }

    private static LedgerReport check(LedgerFiles files) throws IOException {
        LedgerCheck check = new LedgerCheck(SAMPLES.length, 2, 3);
        files.readInto(check);
        return check.report();
    }

    /** The process was killed: nobody has closed the file, nor ever will; the next one begins its own. */
    @Test
    void notesOfAWriterThatHoldsItsFileOpenAreRead() throws IOException {
        RunDirectory run = RunDirectory.at(newLocation(), new Configuration());
        LedgerFiles files = new LedgerFiles(run);
        assertThat(files.exist()).isFalse();
        List<String> failures = new ArrayList<>();
        LedgerWriter killed = writer(files, 1, failures);
        killed.continues(1, 0);
        killed.used(1, 0, new Slice(0, 2), SAMPLES);
        killed.settle();
        try (LedgerWriter next = writer(files, 2, failures)) {
            next.continues(1, 1);
            next.used(2, 1, new Slice(0, 2), SAMPLES);
            next.ended(2);
            assertThat(files.exist()).isTrue();
            LedgerReport report = check(files);
            assertThat(report.offences()).isEmpty();
            assertThat(report.proven()).isTrue();
            assertThat(report.epochs()).isEqualTo(2);
        }
        assertThat(failures).isEmpty();
        assertThat(run.directory("ledger").list()).containsExactly("1-0-rank-0-0-0.jsonl", "2-0-rank-0-0-0.jsonl");
    }

    @Test
    void aLineWithoutItsEndIsNoneAndANonsenseOneIsAnOffence() throws IOException {
        RunDirectory run = RunDirectory.at(newLocation(), new Configuration());
        LedgerFiles files = new LedgerFiles(run);
        try (LedgerWriter writer = writer(files, 1, new ArrayList<>())) {
            writer.continues(1, 0);
            writer.used(1, 0, new Slice(0, 2), SAMPLES);
            writer.ended(1);
        }
        RunDirectory ledger = run.directory("ledger");
        ledger.writeText("1-0-rank-0-1-0.jsonl", "{\"note\":\"us");
        assertThat(check(files).proven()).isTrue();
        ledger.writeText("1-0-rank-0-1-0.jsonl", "{\"note\":\"used\",\"fencing\":1}\n");
        assertThat(check(files).offences())
                .containsExactly("ledger/1-0-rank-0-1-0.jsonl:1: restart: expected a whole number, found ");
    }
}
