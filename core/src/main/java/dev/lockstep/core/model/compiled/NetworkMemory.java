package dev.lockstep.core.model.compiled;

import java.util.HashMap;
import java.util.Map;

/**
 * The buffers of a network, allocated once for the largest batch; smaller batches use the beginning. A buffer is known
 * by its purpose, so that the kernels of every batch size share it.
 */
final class NetworkMemory implements AutoCloseable {
    private final Map<String, NativeFloats> buffers = new HashMap<>();
    private final int maximumRows;

    NetworkMemory(int maximumRows) {
        this.maximumRows = maximumRows;
    }

    /** The buffer of a purpose, with room for so many values a sample. */
    NativeFloats rows(String purpose, int valuesPerRow) {
        return values(purpose, Math.multiplyExact(maximumRows, valuesPerRow));
    }

    /** The buffer of a purpose, with so many values. */
    NativeFloats values(String purpose, int count) {
        NativeFloats buffer = buffers.computeIfAbsent(purpose, unused -> NativeFloats.allocate(count));
        if (buffer.length() != count) {
            throw new IllegalStateException(
                    "the buffer for " + purpose + " has " + buffer.length() + " values, asked for are " + count);
        }
        return buffer;
    }

    @Override
    public void close() {
        buffers.values().forEach(NativeFloats::close);
        buffers.clear();
    }
}
