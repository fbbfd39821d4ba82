package dev.lockstep.cluster.storage;

import java.io.Closeable;
import java.io.IOException;

/** Appends bytes to a file; they are at the readers' once {@code append} has returned. Safe for several threads. */
public final class ByteAppender implements Closeable {
    private final String location;
    private final RunFiles.AppendStream out;

    ByteAppender(String location, RunFiles.AppendStream out) {
        this.location = location;
        this.out = out;
    }

    /** Appends some bytes, in one go. */
    public synchronized void append(byte[] bytes) throws IOException {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            // A new one: HDFS throws the same instance again on close, which try-with-resources cannot take.
            throw new IOException("cannot append to " + location + ": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
