package dev.lockstep.core.memory;

/**
 * Memory that something needs, by where it comes from.
 *
 * @param heapBytes objects and arrays; the limit is -Xmx
 * @param offHeapBytes native and direct memory, which lives beside the heap and counts for a container
 */
public record MemoryNeed(long heapBytes, long offHeapBytes) {
    /** Nothing. */
    public static final MemoryNeed NONE = new MemoryNeed(0, 0);

    public MemoryNeed {
        if (heapBytes < 0 || offHeapBytes < 0) {
            throw new IllegalArgumentException(
                    "memory is needed from 0 bytes on, found " + heapBytes + " and " + offHeapBytes);
        }
    }

    /** So many float32 values on the heap. */
    public static MemoryNeed heapFloats(long values) {
        return new MemoryNeed(ByteCount.ofFloats(values), 0);
    }

    /** So many bytes on the heap. */
    public static MemoryNeed heap(long bytes) {
        return new MemoryNeed(bytes, 0);
    }

    /** So many float32 values beside the heap. */
    public static MemoryNeed offHeapFloats(long values) {
        return new MemoryNeed(0, ByteCount.ofFloats(values));
    }

    /** So many bytes beside the heap. */
    public static MemoryNeed offHeap(long bytes) {
        return new MemoryNeed(0, bytes);
    }

    /** Both. */
    public MemoryNeed plus(MemoryNeed other) {
        return new MemoryNeed(
                ByteCount.sum(heapBytes, other.heapBytes), ByteCount.sum(offHeapBytes, other.offHeapBytes));
    }

    /** So many of it. */
    public MemoryNeed times(long count) {
        return new MemoryNeed(ByteCount.product(heapBytes, count), ByteCount.product(offHeapBytes, count));
    }

    @Override
    public String toString() {
        return "heap " + ByteCount.text(heapBytes) + ", off-heap " + ByteCount.text(offHeapBytes);
    }
}
