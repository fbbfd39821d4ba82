package dev.lockstep.core.model.initializer;

import dev.lockstep.core.random.CounterRandom;

/** Normal numbers cut at two standard deviations, as Keras's truncated initialisers draw them. */
final class TruncatedNormal {
    /** The standard deviation of a standard normal that is cut at -2 and 2; Keras divides by the same constant. */
    private static final double DEVIATION_AFTER_CUT = 0.8796256610342398;

    private TruncatedNormal() {}

    /** A value with the given standard deviation after the cut. */
    static float value(long key, long element, double standardDeviation) {
        return (float) (standard(key, element) * standardDeviation / DEVIATION_AFTER_CUT);
    }

    /** A value of the standard normal distribution between -2 and 2: redraws, each try with a key of its own. */
    static double standard(long key, long element) {
        double drawn = CounterRandom.normal(key, element);
        for (int attempt = 1; Math.abs(drawn) > 2; attempt++) {
            drawn = CounterRandom.normal(CounterRandom.key(key, attempt), element);
        }
        return drawn;
    }
}
