package dev.lockstep.cluster.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Appends lines to a text file; each is at the readers' once {@code append} has returned. Safe for several threads. */
public final class LineWriter implements Closeable {
    private final String location;
    private final RunFiles.AppendStream out;

    LineWriter(String location, RunFiles.AppendStream out) {
        this.location = location;
        this.out = out;
    }

    /**
     * Appends one line.
     *
     * @throws IllegalArgumentException when it contains a line break
     */
    public synchronized void append(String line) throws IOException {
        if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("expected one line, found a line break in: " + line);
        }
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
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
