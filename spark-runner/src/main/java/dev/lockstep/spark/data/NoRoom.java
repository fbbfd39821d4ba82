package dev.lockstep.spark.data;

import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.StorageFullException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.hadoop.fs.Path;

/** Recognises that a disk is full or a quota used up, whoever says so and however deep, and says what to do about it. */
public final class NoRoom {
    private static final String FILES = "make room there, raise its quota (hdfs dfsadmin -setSpaceQuota, -setQuota) or"
            + " name another place (--run-dir; of the digits data.directory); the same command packs the samples again";

    private static final String SCRATCH = "make room on that host, in particular in its folder for temporary files and"
            + " in those of spark.local.dir, where Spark keeps what does not fit into memory (on YARN:"
            + " yarn.nodemanager.local-dirs), or name other disks by cluster.spark: {spark.local.dir: DIRECTORY,"
            + " spark.executor.extraJavaOptions: -Djava.io.tmpdir=DIRECTORY}";

    private NoRoom() {}

    /**
     * What a failed write of a file is, where there was no room for it.
     *
     * @param bytes that the file needs, or at least as many
     */
    static Optional<StorageFullException> of(Throwable failure, Path file, long bytes, Configuration configuration) {
        return reason(failure, file.toString())
                .map(full -> full.needing(bytes, freeBytes(file, configuration), file.toString(), FILES));
    }

    private static Optional<StorageFullException> reason(Throwable failure, String place) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClusterStorageCapacityExceededException) {
                // Without the stack trace of the name node, which comes with the message.
                String line =
                        String.valueOf(cause.getMessage()).lines().findFirst().orElse("a quota is exceeded");
                return Optional.of(new StorageFullException(
                        line + "; HDFS counts whole blocks while a file is being written", cause));
            }
            if (cause instanceof IOException known) {
                Optional<StorageFullException> full = StorageFullException.ofLocal(known, place);
                if (full.isPresent()) {
                    return full;
                }
            }
        }
        return Optional.empty();
    }

    private static OptionalLong freeBytes(Path file, Configuration configuration) {
        try {
            return RunDirectory.storageAt(String.valueOf(file.getParent()), configuration)
                    .freeBytes();
        } catch (RuntimeException unknown) {
            return OptionalLong.empty();
        }
    }

    /**
     * What a failure of work on executors is, where one of them had no room: told with figures by whoever wrote a file, or
     * in Spark's words for its own files.
     *
     * @return a clause; empty for any other failure
     */
    public static Optional<String> told(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof StorageFullException) {
                return Optional.of(message);
            }
            // Spark's own exceptions have those of its tasks as text alone.
            Optional<String> line = message.lines()
                    .filter(text -> text.contains("No space left on device") || text.contains("Disk quota exceeded"))
                    .findFirst();
            if (line.isPresent()) {
                return Optional.of(
                        String.format(Locale.ROOT, "no room: %s; %s", line.get().strip(), SCRATCH));
            }
        }
        return Optional.empty();
    }
}
