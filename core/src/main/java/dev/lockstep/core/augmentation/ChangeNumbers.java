package dev.lockstep.core.augmentation;

import dev.lockstep.core.random.CounterRandom;
import org.jspecify.annotations.Nullable;

/**
 * The random numbers of one kind of change: a function of seed, kind, epoch and sample, so that they are the same on
 * whatever worker the sample is. Numbers 0, 1, 2 ... of a sample are independent.
 */
final class ChangeNumbers {
    private static final long ELEMENTS = 1;

    private final long kindKey;
    private final double probability;
    private int epoch = -1;
    private long epochKey;
    private long sampleKey;

    ChangeNumbers(String kind, @Nullable Long ownSeed, long jobSeed, double probability) {
        this.kindKey = CounterRandom.key(CounterRandom.key(ownSeed == null ? jobSeed : ownSeed, "augmentation"), kind);
        this.probability = probability;
    }

    /** Chooses the sample whose numbers are asked for next. Whether it is changed at all. */
    boolean select(int newEpoch, int sampleIndex) {
        if (newEpoch != epoch) {
            epoch = newEpoch;
            epochKey = CounterRandom.key(kindKey, newEpoch);
        }
        sampleKey = CounterRandom.key(epochKey, sampleIndex);
        return happens(0);
    }

    /** Whether something of this kind's probability happens. */
    boolean happens(int number) {
        return uniform(number) < probability;
    }

    /** Uniform in [0, 1). */
    double uniform(int number) {
        return CounterRandom.uniform(sampleKey, number);
    }

    /** A key of its own for numbers of the chosen sample's values. */
    long elementKey() {
        return CounterRandom.key(sampleKey, ELEMENTS);
    }
}
