package dev.lockstep.core.augmentation;

import java.util.List;

/** An interval that a number is drawn from, as Keras's layers take it: one number, or the lower and the upper bound. */
record Range(double low, double high) {
    /** {@code f} is [-|f|, |f|]. */
    static Range aroundZero(List<Double> factor) {
        double last = factor.get(factor.size() - 1);
        return factor.size() == 1 ? new Range(-Math.abs(last), Math.abs(last)) : new Range(factor.get(0), last);
    }

    /** {@code f} is [0, f]. */
    static Range fromZero(List<Double> factor) {
        double last = factor.get(factor.size() - 1);
        return new Range(factor.size() == 1 ? 0 : factor.get(0), last);
    }

    /** Whether a setting is one finite number, or two in order. */
    static boolean isRange(List<Double> factor) {
        return (factor.size() == 1 || factor.size() == 2)
                && factor.stream().allMatch(Double::isFinite)
                && factor.get(0) <= factor.get(factor.size() - 1);
    }

    /** The number for a uniform one in [0, 1). */
    double at(double uniform) {
        return low + (high - low) * uniform;
    }

    /** Whether it lies within bounds, which count as within. */
    boolean isWithin(double lowest, double highest) {
        return low >= lowest && high <= highest;
    }
}
