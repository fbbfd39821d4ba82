package dev.lockstep.core.ledger;

import dev.lockstep.core.random.CounterRandom;

/**
 * Names a set of samples, whatever their order: the sum over their stable indices of 64 random bits each. Parts of a set
 * add up to the whole; another sample in the place of one, or one twice, goes unnoticed with a chance of 2^-64.
 */
public final class SamplesHash {
    private static final long KEY = CounterRandom.key(0, "sample ledger");

    private SamplesHash() {}

    /** Of the first so many indices. */
    public static long of(int[] sampleIndices, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += CounterRandom.bits(KEY, sampleIndices[i]);
        }
        return sum;
    }
}
