package dev.lockstep.cluster.storage;

import dev.lockstep.core.ledger.LedgerCheck;
import dev.lockstep.core.ledger.LedgerEra;
import dev.lockstep.core.ledger.LedgerLine;
import dev.lockstep.core.ledger.LedgerWriter;
import java.io.IOException;
import java.util.Locale;

/**
 * The files of a run's ledger: {@code ledger/} in the run directory has one for each worker process, made by it alone,
 * so that nobody has to wait for a dead writer's lease on it.
 */
public final class LedgerFiles {
    private static final String DIRECTORY = "ledger";

    private final RunDirectory directory;

    /** The ledger of a run; nothing is looked at or made. */
    public LedgerFiles(RunDirectory run) {
        this.directory = run.directory(DIRECTORY);
    }

    /**
     * Where a worker's notes go: a file, and another one where that fails.
     *
     * @param era of its attempt
     * @param attempt of the worker's task within it, so that a task that is run again has files of its own
     */
    public LedgerWriter.Opening ofWorker(LedgerEra era, int rank, int attempt) {
        return part -> {
            directory.make();
            String name = String.format(
                    Locale.ROOT, "%d-%d-rank-%d-%d-%d.jsonl", era.fencing(), era.restart(), rank, attempt, part);
            LineWriter lines = directory.appendLines(name);
            return new LedgerWriter.Lines() {
                @Override
                public void append(String line) throws IOException {
                    lines.append(line);
                }

                @Override
                public void close() throws IOException {
                    lines.close();
                }
            };
        };
    }

    /** Whether a line has to travel before it is written. */
    public boolean areRemote() {
        return !directory.location().startsWith("/");
    }

    /** Whether there is a ledger. */
    public boolean exist() throws IOException {
        return !directory.list().isEmpty();
    }

    /** Gives a check all notes; a last line that a killed worker left without its end is none. */
    public void readInto(LedgerCheck check) throws IOException {
        for (String file : directory.list()) {
            String text = directory.readText(file).orElse("");
            int number = 0;
            int from = 0;
            for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
                number++;
                try {
                    check.add(LedgerLine.parse(text.substring(from, end)));
                } catch (IllegalArgumentException notOurs) {
                    check.addUnreadable(DIRECTORY + "/" + file + ":" + number, String.valueOf(notOurs.getMessage()));
                }
                from = end + 1;
            }
        }
    }
}
