package dev.lockstep.core.codec;

import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(
        value = "float16",
        doc = "Half precision with a power-of-two scale for every 1,024 values: half the bytes, a relative rounding"
                + " error of at most 2^-11 on each way, sums in single precision over the fixed tree.")
public record Float16Codec() implements CodecSpec {
    @Override
    public int sharedStateLength() {
        return 0;
    }

    @Override
    public MemoryNeed memory(long encoded, int workers) {
        // Two ranks hold both vectors decoded, and encoded on their way out and in; more ranks hold a vector in chunks.
        return MemoryNeed.heap(ByteCount.sum(
                ByteCount.product(2L * Float.BYTES + 2L * Short.BYTES, encoded), ByteCount.product(encoded, 2) / 100));
    }

    @Override
    public GradientMerge create(int encoded) {
        return new Float16Merge(encoded);
    }
}
