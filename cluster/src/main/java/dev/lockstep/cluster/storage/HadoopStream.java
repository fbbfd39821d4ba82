package dev.lockstep.cluster.storage;

import dev.lockstep.core.checkpoint.StorageFullException;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;

/**
 * A file that is being written: its bytes are forced to the disks ({@code hsync}) before it is closed, and what goes
 * wrong is told in words. Every failure is a new exception: HDFS throws one and the same from each call, which
 * try-with-resources cannot take.
 */
final class HadoopStream extends OutputStream {
    private final FSDataOutputStream stream;
    private final Path path;
    private boolean closed;

    HadoopStream(FSDataOutputStream stream, Path path) {
        this.stream = stream;
        this.path = path;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            stream.write(bytes, offset, length);
        } catch (IOException e) {
            throw told(path, e);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        IOException failure = null;
        try {
            stream.hsync();
        } catch (IOException e) {
            failure = e;
        }
        try {
            stream.close();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        if (failure != null) {
            throw told(path, failure);
        }
    }

    /** Without the stack trace of the name node, which comes with the message. */
    private static StorageFullException overQuota(IOException failure, Throwable reason) {
        String line = String.valueOf(reason.getMessage()).lines().findFirst().orElse("a quota is exceeded");
        return new StorageFullException(line + "; HDFS counts whole blocks while a file is being written", failure);
    }

    /** The same failure, as one of a storage without room where it is that. */
    static IOException told(Path path, IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClusterStorageCapacityExceededException) {
                return overQuota(failure, cause);
            }
        }
        return StorageFullException.ofLocal(failure, path.toString())
                .<IOException>map(full -> full)
                .orElseGet(() -> new IOException(path + ": " + failure, failure));
    }
}
