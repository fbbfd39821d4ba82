package dev.lockstep.core.codec;

import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.schema.OneOf;

/** A codec's settings. A new codec is one record, its {@link GradientMerge} and one entry here. */
@OneOf({Float16Codec.class, ThresholdCodec.class})
public interface CodecSpec {
    /** Floats of state that are the same on all ranks, from 0: they travel with the optimizer's state. */
    int sharedStateLength();

    /** What the merge of one worker allocates. */
    MemoryNeed memory(long encoded, int workers);

    /** The floats that a rank keeps back; from 0. */
    default long residualLength(long encoded) {
        return 0;
    }

    /**
     * The merge of one worker.
     *
     * @param encoded how many values the codec may change; those behind them stay exact
     */
    GradientMerge create(int encoded);
}
