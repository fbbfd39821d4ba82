package dev.lockstep.core.plan;

import java.util.Arrays;

/**
 * What one and the same piece of work took, again and again. Workers that merge in every step wait for the slowest of
 * them, so the spread of these times costs more the more workers there are.
 */
public final class StepSeconds {
    /** Longer ones count as so many medians: a hiccup of the machine among twenty steps is no property of the job. */
    private static final double MOST_MEDIANS = 2;

    private final double[] ascending;

    private StepSeconds(double[] ascending) {
        this.ascending = ascending;
    }

    /**
     * From measured times.
     *
     * @param seconds at least one, in any order
     */
    public static StepSeconds of(double... seconds) {
        if (seconds.length == 0) {
            throw new IllegalArgumentException("expected at least one measured time");
        }
        double[] ascending = seconds.clone();
        Arrays.sort(ascending);
        double longest = MOST_MEDIANS * ascending[ascending.length / 2];
        for (int i = 0; i < ascending.length; i++) {
            ascending[i] = Math.min(ascending[i], longest);
        }
        return new StepSeconds(ascending);
    }

    /** The mean. */
    public double mean() {
        return expectedSlowest(1);
    }

    /**
     * How long it takes until all of so many workers are done, on average, when each worker's time is one of the measured
     * ones, independently: the sum over the i-th shortest time t(i) of t(i) ((i / n)^workers - ((i - 1) / n)^workers).
     */
    public double expectedSlowest(int workers) {
        double sum = 0;
        double allFaster = 0;
        for (int i = 0; i < ascending.length; i++) {
            double all = Math.pow((i + 1.0) / ascending.length, workers);
            sum += ascending[i] * (all - allFaster);
            allFaster = all;
        }
        return sum;
    }
}
