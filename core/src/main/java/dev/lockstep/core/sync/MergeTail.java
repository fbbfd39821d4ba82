package dev.lockstep.core.sync;

/**
 * The few sums that travel behind the flat vector in the same exchange, so that a step needs only one. Counts are exact
 * in a float up to 16,777,216 samples a step.
 */
record MergeTail(double samples, double lossSum, double correct, double absoluteErrorSum, boolean stop) {
    /** How many floats the tail has. */
    static final int LENGTH = RunningTotals.LENGTH + 1;

    static void write(float[] exchange, int offset, StepContribution contribution) {
        exchange[offset] = contribution.samples();
        exchange[offset + 1] = (float) contribution.lossSum();
        exchange[offset + 2] = (float) contribution.correct();
        exchange[offset + 3] = (float) contribution.absoluteErrorSum();
        exchange[offset + 4] = contribution.stopRequested() ? 1f : 0f;
    }

    static MergeTail read(float[] exchange, int offset) {
        return new MergeTail(
                exchange[offset],
                exchange[offset + 1],
                exchange[offset + 2],
                exchange[offset + 3],
                exchange[offset + 4] > 0);
    }
}
