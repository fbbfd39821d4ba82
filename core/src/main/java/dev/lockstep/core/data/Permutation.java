package dev.lockstep.core.data;

import dev.lockstep.core.random.CounterRandom;

/** The shuffle of Fisher and Yates (in Durstenfeld's form, 1964) with random numbers that are a function of a key. */
final class Permutation {
    private Permutation() {}

    /** Shuffles in place. */
    static void shuffle(int[] values, long key) {
        for (int last = values.length - 1; last > 0; last--) {
            int chosen = CounterRandom.below(key, last, last + 1);
            int kept = values[last];
            values[last] = values[chosen];
            values[chosen] = kept;
        }
    }
}
