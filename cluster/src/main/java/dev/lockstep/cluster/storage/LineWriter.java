package dev.lockstep.cluster.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Appends lines to a text file; each is at the readers' once {@code append} has returned. Safe for several threads. */
public final class LineWriter implements Closeable {
    private final ByteAppender bytes;

    LineWriter(ByteAppender bytes) {
        this.bytes = bytes;
    }

    /**
     * Appends one line.
     *
     * @throws IllegalArgumentException when it contains a line break
     */
    public void append(String line) throws IOException {
        if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("expected one line, found a line break in: " + line);
        }
        bytes.append((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
