package dev.lockstep.core.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** float32 arrays as raw little-endian bytes. */
final class TensorBytes {
    private static final int CHUNK_BYTES = 1 << 16;

    private TensorBytes() {}

    static void write(float[] values, OutputStream out) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int perChunk = CHUNK_BYTES / Float.BYTES;
        for (int from = 0; from < values.length; from += perChunk) {
            int count = Math.min(perChunk, values.length - from);
            chunk.asFloatBuffer().put(values, from, count);
            out.write(chunk.array(), 0, count * Float.BYTES);
        }
    }

    /**
     * Reads exactly {@code count} values.
     *
     * @throws EOFException when there are fewer
     */
    static float[] read(InputStream in, int count) throws IOException {
        float[] values = new float[count];
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int perChunk = CHUNK_BYTES / Float.BYTES;
        for (int from = 0; from < count; from += perChunk) {
            int wanted = Math.min(perChunk, count - from);
            int bytes = in.readNBytes(chunk.array(), 0, wanted * Float.BYTES);
            if (bytes != wanted * Float.BYTES) {
                throw new EOFException("ends after " + ((long) from * Float.BYTES + bytes) + " bytes");
            }
            chunk.asFloatBuffer().get(values, from, wanted);
        }
        return values;
    }
}
