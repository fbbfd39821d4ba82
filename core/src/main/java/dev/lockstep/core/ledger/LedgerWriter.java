package dev.lockstep.core.ledger;

import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.data.Slice;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes as lines in files of this worker's own: no file is ever written by two processes. Where writing takes long, it is
 * done beside the computation of the step: only what is merged has to wait for its note.
 */
public final class LedgerWriter implements SampleLedger, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);

    /** Takes lines; each is at the readers' when the call returns. */
    public interface Lines extends Closeable {
        /** Appends a line. */
        void append(String line) throws IOException;
    }

    /** Opens a new place for lines. */
    @FunctionalInterface
    public interface Opening {
        /**
         * Opens one.
         *
         * @param part how many were opened before
         */
        Lines open(int part) throws IOException;
    }

    /** As often a file is begun anew: more failures than these are no accident. */
    private static final int MOST_PARTS = 10;

    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);

    private final LedgerLine.Continues common;
    private final Opening opening;
    private final Consumer<String> onFailure;
    private final @Nullable ExecutorService beside;
    private @Nullable Future<?> pending;
    private LedgerEra era;
    private @Nullable Lines lines;
    private int parts;
    private boolean givenUp;

    /**
     * Opens nothing yet.
     *
     * @param common what all notes of this worker share: the attempt, the rank, the workers, the training samples
     * @param slow whether writing a line takes long
     * @param onFailure told once, with the reason, when nothing more will be noted
     */
    public LedgerWriter(LedgerLine.Continues common, Opening opening, boolean slow, Consumer<String> onFailure) {
        this.common = common;
        this.opening = opening;
        this.onFailure = onFailure;
        this.era = common.era();
        this.beside = slow ? Executors.newSingleThreadExecutor(LedgerWriter::thread) : null;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "lockstep-ledger");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void continues(long generation, long afterStep) {
        era = new LedgerEra(era.fencing(), era.restart(), generation);
        write(common.at(era, common.rank(), afterStep));
    }

    @Override
    public void used(long step, int epoch, Slice positions, int[] sampleIndices) {
        long hash = SamplesHash.of(sampleIndices, positions.size());
        write(new LedgerLine.Used(era, common.rank(), step, epoch + 1, positions.from(), positions.to(), hash));
    }

    @Override
    public void leftOut(long fromStep, long toStep) {
        write(new LedgerLine.LeftOut(era, common.rank(), fromStep, toStep));
    }

    @Override
    public void ended(long step) {
        write(new LedgerLine.Ended(era, common.rank(), step));
    }

    private void write(LedgerLine line) {
        String text = line.toJson().toString();
        if (beside == null) {
            append(text);
            return;
        }
        pending = beside.submit(() -> append(text));
        if (!(line instanceof LedgerLine.Used)) {
            settle();
        }
    }

    /** @throws AttemptEndedException when the worker is interrupted: its part must not be merged without its note */
    @Override
    public void settle() {
        Future<?> waiting = pending;
        pending = null;
        try {
            if (waiting != null) {
                waiting.get();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AttemptEndedException("the worker was interrupted while it wrote to its ledger", interrupted);
        } catch (ExecutionException failure) {
            throw new IllegalStateException("a note could not be made", failure.getCause());
        }
    }

    private void append(String text) {
        while (!givenUp) {
            try {
                Lines current = lines;
                if (current == null) {
                    current = opening.open(parts++);
                    lines = current;
                }
                current.append(text);
                return;
            } catch (IOException failure) {
                closeQuietly();
                if (parts >= MOST_PARTS) {
                    givenUp = true;
                    onFailure.accept(String.valueOf(failure.getMessage()));
                }
            }
        }
    }

    private void closeQuietly() {
        try (Lines closing = lines) {
            LOG.trace("Closing {}", closing);
        } catch (IOException e) {
            LOG.debug("Could not close a file of the ledger: {}", e.getMessage());
        } finally {
            lines = null;
        }
    }

    @Override
    public void close() {
        if (beside == null) {
            closeQuietly();
            return;
        }
        beside.execute(this::closeQuietly);
        beside.shutdown();
        try {
            if (!beside.awaitTermination(CLOSE_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("The ledger was still being written after {} s", CLOSE_DEADLINE.toSeconds());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
