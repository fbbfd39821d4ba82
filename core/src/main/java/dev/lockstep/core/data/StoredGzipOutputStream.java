package dev.lockstep.core.data;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;

/**
 * Gzip (RFC 1952) with stored blocks (RFC 1951, 3.2.4) and a header without time stamp or name. A compressor's output
 * depends on the zlib that the JDK was built with; stored blocks are a function of the content alone, everywhere and
 * for good, at the price of the size.
 */
final class StoredGzipOutputStream extends OutputStream {
    private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
    private static final int BLOCK_BYTES = 0xFFFF;

    private final OutputStream out;
    private final CRC32 checksum = new CRC32();
    private final byte[] block = new byte[BLOCK_BYTES];
    private int blockLength;
    private long length;

    StoredGzipOutputStream(OutputStream out) throws IOException {
        this.out = out;
        out.write(HEADER);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] values, int offset, int count) throws IOException {
        checksum.update(values, offset, count);
        length += count;
        int done = 0;
        while (done < count) {
            // A full block is written only when more follows: the last one carries the final mark.
            if (blockLength == BLOCK_BYTES) {
                writeBlock(false);
            }
            int part = Math.min(count - done, BLOCK_BYTES - blockLength);
            System.arraycopy(values, offset + done, block, blockLength, part);
            blockLength += part;
            done += part;
        }
    }

    /** Writes the last block, the checksum and the length; leaves the stream below open. */
    void finish() throws IOException {
        writeBlock(true);
        writeLittleEndian(checksum.getValue(), 4);
        writeLittleEndian(length, 4);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private void writeBlock(boolean last) throws IOException {
        out.write(last ? 1 : 0);
        writeLittleEndian(blockLength, 2);
        writeLittleEndian(~blockLength, 2);
        out.write(block, 0, blockLength);
        blockLength = 0;
    }

    private void writeLittleEndian(long value, int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)) & 0xFF);
        }
    }
}
