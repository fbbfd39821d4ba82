package dev.lockstep.core.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes a gzip IDX file of unsigned bytes. The file's bytes are a function of header and content alone, on every
 * machine and JDK: the gzip has no time stamp and its blocks are stored, not compressed.
 */
public final class IdxWriter implements AutoCloseable {
    private final StoredGzipOutputStream out;
    private final IdxHeader header;
    private long written;

    /** Writes the header. The stream is closed with this writer. */
    public IdxWriter(OutputStream stream, IdxHeader header) throws IOException {
        this.out = new StoredGzipOutputStream(stream);
        this.header = header;
        ByteBuffer start = ByteBuffer.allocate(header.headerBytes());
        start.putInt(header.magic());
        header.dimensions().forEach(start::putInt);
        out.write(start.array());
        written = start.capacity();
    }

    /** Writes values, samples one after the other. */
    public void write(byte[] values, int offset, int count) throws IOException {
        if (written + count > header.fileBytes()) {
            throw new IllegalStateException("more values than the header " + header.dimensions() + " announces");
        }
        out.write(values, offset, count);
        written += count;
    }

    /**
     * Completes the file.
     *
     * @throws IllegalStateException when values are missing
     */
    public void finish() throws IOException {
        if (written != header.fileBytes()) {
            throw new IllegalStateException("wrote " + written + " of " + header.fileBytes() + " bytes of an IDX file");
        }
        out.finish();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
