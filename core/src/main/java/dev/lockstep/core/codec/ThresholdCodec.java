package dev.lockstep.core.codec;

import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}. State that is the same on all ranks: the threshold, 0 before the first step.
 *
 * @param density thresholds that a worker sends in a step for each value, on average
 */
@Named(
        value = "threshold",
        doc = "Threshold encoding with residual (Strom 2015): each worker adds its gradient to what it has kept back,"
                + " sends place and sign of the values that reach the threshold, as often as they hold it and at most 16"
                + " times, counts each as plus or minus the threshold, and keeps the rest for later steps. The threshold follows the density by itself. The"
                + " first step is exact, for the scale. BatchNormalization's statistics stay exact.")
public record ThresholdCodec(
        @Setting(
                        value = "Thresholds that a worker sends in a step for each value, on average: above 0, at most"
                                + " 0.1. Smaller is fewer bytes and less accurate; each is 1 to 2 bytes.",
                        byDefault = "0.1")
                double density)
        implements CodecSpec {
    private static final double DENSEST = 0.1;

    public ThresholdCodec {
        new Checks()
                .that("density", density > 0 && density <= DENSEST, "a number above 0, at most 0.1", density)
                .done();
    }

    @Override
    public int sharedStateLength() {
        return 1;
    }

    @Override
    public MemoryNeed memory(long encoded, int workers) {
        // What is kept back, before and after a step; a message of every rank, which has 2 bits a value at most.
        return MemoryNeed.heapFloats(ByteCount.product(2, encoded))
                .plus(MemoryNeed.heap(ByteCount.product(workers, encoded / 4 + 1_024)));
    }

    @Override
    public long residualLength(long encoded) {
        return encoded;
    }

    @Override
    public GradientMerge create(int encoded) {
        return new ThresholdMerge(encoded, new AdaptiveThreshold(density));
    }
}
