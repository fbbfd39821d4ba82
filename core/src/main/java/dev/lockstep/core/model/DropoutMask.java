package dev.lockstep.core.model;

import dev.lockstep.core.random.CounterRandom;

/**
 * Which elements a dropout layer keeps: a function of seed, epoch, layer, sample and element alone, so that every
 * replica, whatever slice of the batch it holds, drops the same ones.
 */
public final class DropoutMask {
    private final String layer;
    private final float rate;
    private final float keptScale;

    /**
     * The mask of one layer.
     *
     * @param layer its name in the network
     * @param rate share of the elements that is dropped, 0 <= rate < 1
     */
    public DropoutMask(String layer, double rate) {
        this.layer = layer;
        this.rate = (float) rate;
        this.keptScale = (float) (1 / (1 - rate));
    }

    /** What kept elements are multiplied by: 1 / (1 - rate). */
    public float keptScale() {
        return keptScale;
    }

    /** The key of this layer in one epoch; pass it to {@link #keeps} and {@link #fill}. */
    public long epochKey(long seed, int epoch) {
        return CounterRandom.key(CounterRandom.key(CounterRandom.key(seed, "dropout"), layer), epoch);
    }

    /** Whether an element of a sample is kept. */
    public boolean keeps(long epochKey, int sampleIndex, int element) {
        return CounterRandom.uniformFloat(CounterRandom.key(epochKey, sampleIndex), element) >= rate;
    }

    /** Writes one sample's factors: 0 for a dropped element, {@link #keptScale()} for a kept one. */
    public void fill(long epochKey, int sampleIndex, float[] factors, int offset, int length) {
        long key = CounterRandom.key(epochKey, sampleIndex);
        for (int element = 0; element < length; element++) {
            factors[offset + element] = CounterRandom.uniformFloat(key, element) >= rate ? keptScale : 0;
        }
    }
}
