package dev.lockstep.spark.tensorboard;

import dev.lockstep.cluster.storage.ByteAppender;
import dev.lockstep.cluster.storage.RunDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.framework.Summary;

/**
 * One of TensorBoard's "runs": a folder whose event files TensorBoard reads in the order of their names. A process adds a
 * file of its own, with its first event, and so never touches what another one may still hold. After trouble with that
 * file another one follows, with the events that could not be written.
 */
final class EventFolder implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(EventFolder.class);
    private static final String NAME_PART = "tfevents";
    private static final int MOST_WAITING = 10_000;
    private static final long PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

    private final RunDirectory folder;
    private final long firstStep;
    private @Nullable ByteAppender file;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private boolean begun;
    private long notBeforeNanos = System.nanoTime();

    /** @param firstStep from which on this process tells; what another one told of it is to be forgotten */
    EventFolder(RunDirectory folder, long firstStep) {
        this.folder = folder;
        this.firstStep = firstStep;
    }

    /** Whether there is no event yet. */
    boolean isEmpty() throws IOException {
        return file == null && files().isEmpty();
    }

    /** Adds an event; it is at the readers' when this returns, unless there has just been trouble with the file. */
    void write(Instant time, long step, Summary summary) throws IOException {
        if (waiting.size() < MOST_WAITING) {
            waiting.add(RecordFraming.frame(EventMessages.summary(time, step, summary)));
        }
        if (System.nanoTime() - notBeforeNanos >= 0) {
            writeWaiting(time);
        }
    }

    private void writeWaiting(Instant time) throws IOException {
        try {
            ByteAppender out = file;
            if (out == null) {
                out = open(time);
                file = out;
            }
            while (!waiting.isEmpty()) {
                out.append(waiting.element());
                waiting.remove();
            }
        } catch (IOException e) {
            notBeforeNanos = System.nanoTime() + PAUSE_NANOS;
            ByteAppender broken = file;
            file = null;
            closeQuietly(broken);
            throw e;
        }
    }

    private static void closeQuietly(@Nullable ByteAppender broken) {
        try {
            if (broken != null) {
                broken.close();
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("Closing an event file that cannot be written any more", e);
        }
    }

    private ByteAppender open(Instant time) throws IOException {
        folder.make();
        int before = files().size();
        ByteAppender out = folder.appendBytes(String.format(
                Locale.ROOT,
                "events.out.tfevents.%010d.lockstep.%04d",
                Instant.now().getEpochSecond(),
                before));
        try {
            out.append(RecordFraming.frame(EventMessages.version(time)));
            if (before > 0 && !begun) {
                out.append(RecordFraming.frame(EventMessages.restart(time, firstStep)));
            }
            begun = true;
            return out;
        } catch (IOException | RuntimeException | LinkageError e) {
            closeQuietly(out);
            throw e;
        }
    }

    private List<String> files() throws IOException {
        return folder.list().stream().filter(name -> name.contains(NAME_PART)).toList();
    }

    @Override
    public void close() throws IOException {
        if (!waiting.isEmpty()) {
            writeWaiting(Instant.now());
        }
        if (file != null) {
            file.close();
        }
    }
}
