package dev.lockstep.core.random;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers that are a function of a key and a counter (Salmon et al. 2011, "Parallel random numbers: as easy as
 * 1, 2, 3"), here with the finaliser of SplitMix64 (Steele, Lea and Flood 2014) as the mixing function. Two workers
 * that ask for the same key and counter get the same number, whoever they are and whatever they asked before.
 */
public final class CounterRandom {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private CounterRandom() {}

    /** A key derived from a key and one more part of it, such as an epoch, a sample index or a layer. */
    public static long key(long key, long part) {
        return mix(mix(key + GOLDEN_GAMMA) ^ (part * GOLDEN_GAMMA + 0x632BE59BD9B4E019L));
    }

    /** A key derived from a key and a name. */
    public static long key(long key, String name) {
        long derived = key(key, name.length());
        for (byte character : name.getBytes(StandardCharsets.UTF_8)) {
            derived = key(derived, character);
        }
        return derived;
    }

    /** 64 random bits for a key and a counter. */
    public static long bits(long key, long counter) {
        return mix(key + (counter + 1) * GOLDEN_GAMMA);
    }

    /** Uniform in [0, 1), with 53 random bits. */
    public static double uniform(long key, long counter) {
        return (bits(key, counter) >>> 11) * 0x1.0p-53;
    }

    /** Uniform in [0, 1), with 24 random bits: every value is exact in a float. */
    public static float uniformFloat(long key, long counter) {
        return (bits(key, counter) >>> 40) * 0x1.0p-24f;
    }

    /** Uniform in {0, ..., bound - 1}; the bias is below bound / 2^63. */
    public static int below(long key, long counter, int bound) {
        return (int) Math.floorMod(bits(key, counter) >>> 1, (long) bound);
    }

    /** Standard normal by Box and Muller (1958), from the counters 2 counter and 2 counter + 1. */
    public static double normal(long key, long counter) {
        double radius = Math.sqrt(-2 * StrictMath.log(1 - uniform(key, 2 * counter)));
        return radius * StrictMath.cos(2 * Math.PI * uniform(key, 2 * counter + 1));
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
