package dev.lockstep.spark.tensorboard;

import dev.lockstep.cluster.storage.ByteAppender;
import dev.lockstep.cluster.storage.RunDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tensorflow.framework.Summary;

/**
 * One of TensorBoard's "runs": a folder whose event files TensorBoard reads in the order of their names. A process adds a
 * file of its own, with its first event, and so never touches what another one may still hold.
 */
final class EventFolder implements Closeable {
    private static final String NAME_PART = "tfevents";

    private final RunDirectory folder;
    private final long firstStep;
    private @Nullable ByteAppender file;

    /** @param firstStep from which on this process tells; what another one told of it is to be forgotten */
    EventFolder(RunDirectory folder, long firstStep) {
        this.folder = folder;
        this.firstStep = firstStep;
    }

    /** Whether there is no event yet. */
    boolean isEmpty() throws IOException {
        return file == null && files().isEmpty();
    }

    /** Adds an event; it is at the readers' when this returns. */
    void write(Instant time, long step, Summary summary) throws IOException {
        ByteAppender out = file;
        if (out == null) {
            out = open(time);
            file = out;
        }
        out.append(RecordFraming.frame(EventMessages.summary(time, step, summary)));
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
            if (before > 0) {
                out.append(RecordFraming.frame(EventMessages.restart(time, firstStep)));
            }
            return out;
        } catch (IOException | RuntimeException | LinkageError e) {
            out.close();
            throw e;
        }
    }

    private List<String> files() throws IOException {
        return folder.list().stream().filter(name -> name.contains(NAME_PART)).toList();
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
