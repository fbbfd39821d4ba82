package dev.lockstep.core.codec;

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
    public GradientMerge create(int encoded) {
        return new Float16Merge(encoded);
    }
}
