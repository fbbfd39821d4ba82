package dev.lockstep.core.model.compiled;

import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
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

    /** What buffers of so many values each take. */
    static MemoryNeed need(Map<String, Long> values) {
        return values.values().stream()
                .map(count -> MemoryNeed.offHeapFloats(ByteCount.sum(count, NativeFloats.SPARE)))
                .reduce(MemoryNeed.NONE, MemoryNeed::plus);
    }

    /** The values of each buffer that has been asked for. */
    Map<String, Long> allocated() {
        Map<String, Long> values = new HashMap<>();
        buffers.forEach((purpose, buffer) -> values.put(purpose, (long) buffer.length()));
        return values;
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
