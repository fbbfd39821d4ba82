package dev.lockstep.cluster.storage;

import dev.lockstep.core.checkpoint.RetryPolicy;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends lines to a file of a run directory, through outages of its file system: lines that cannot be written wait in
 * memory, in order, and follow when it is back; none is written twice. No two lines may be the same. Safe for several
 * threads.
 */
public final class PatientLineWriter implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(PatientLineWriter.class);
    private static final int MOST_WAITING = 100_000;
    private static final long FIRST_DELAY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_DELAY_NANOS = Duration.ofSeconds(30).toNanos();

    private final RunDirectory directory;
    private final String child;
    private final RetryPolicy retries;
    private final Deque<String> waiting = new ArrayDeque<>();
    private @Nullable LineWriter lines;
    /** Whether the first line that waits may have reached the file all the same. */
    private boolean firstMayBeWritten;

    private long delayNanos;
    private long nextAttemptNanos;
    private long dropped;

    private PatientLineWriter(RunDirectory directory, String child, RetryPolicy retries) {
        this.directory = directory;
        this.child = child;
        this.retries = retries;
    }

    /**
     * Opens a file of lines to append to; a last line that a dead writer left without its end is removed first.
     *
     * @param retries how long {@link #close()} waits for a file system that is away
     * @throws IOException when it cannot be opened now
     */
    public static PatientLineWriter open(RunDirectory directory, String child, RetryPolicy retries) throws IOException {
        PatientLineWriter writer = new PatientLineWriter(directory, child, retries);
        writer.lines = directory.appendLines(child);
        return writer;
    }

    /** Appends one line; it is at the readers' when this returns, unless the file system is away. */
    public synchronized void append(String line) {
        if (waiting.size() >= MOST_WAITING) {
            dropped++;
            return;
        }
        waiting.add(line);
        if (delayNanos > 0 && System.nanoTime() - nextAttemptNanos < 0) {
            return;
        }
        try {
            writeWaiting();
        } catch (IOException e) {
            if (delayNanos == 0) {
                LOG.warn("{} cannot be written for now; its lines follow: {}", directory.resolve(child), e.toString());
            }
            delayNanos = Math.min(LONGEST_DELAY_NANOS, Math.max(FIRST_DELAY_NANOS, 2 * delayNanos));
            nextAttemptNanos = System.nanoTime() + delayNanos;
        }
    }

    private synchronized void writeWaiting() throws IOException {
        try {
            LineWriter open = lines;
            if (open == null) {
                removeWritten();
                open = directory.appendLines(child);
                lines = open;
            }
            while (!waiting.isEmpty()) {
                firstMayBeWritten = true;
                open.append(waiting.element());
                firstMayBeWritten = false;
                waiting.remove();
            }
        } catch (IOException e) {
            closeQuietly();
            throw e;
        }
        if (delayNanos > 0) {
            LOG.info("{} is written again", directory.resolve(child));
            delayNanos = 0;
        }
    }

    /** A failure after the bytes had gone out: the line is there although nobody said so. */
    private void removeWritten() throws IOException {
        if (firstMayBeWritten) {
            Optional<String> text = directory.readText(child);
            if (text.isPresent() && ("\n" + text.get()).endsWith("\n" + waiting.element() + "\n")) {
                waiting.remove();
            }
            firstMayBeWritten = false;
        }
    }

    private void closeQuietly() {
        LineWriter open = lines;
        lines = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException | RuntimeException e) {
                LOG.debug("Closing {}", directory.resolve(child), e);
            }
        }
    }

    /** Writes what waits, as soon as the file system lets it. */
    @Override
    public synchronized void close() {
        try {
            retries.persist(
                    () -> {
                        if (!waiting.isEmpty()) {
                            writeWaiting();
                        }
                    },
                    (failure, delay) -> LOG.debug("Another attempt in {} s", delay.toSeconds(), failure));
        } catch (IOException e) {
            LOG.warn("{} lacks its last {} lines: {}", directory.resolve(child), waiting.size(), e.toString());
        }
        if (dropped > 0) {
            LOG.warn("{} lacks {} lines: the file system was away for too long", directory.resolve(child), dropped);
        }
        closeQuietly();
    }
}
