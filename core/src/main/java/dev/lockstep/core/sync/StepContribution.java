package dev.lockstep.core.sync;

/**
 * What one rank brings to a step.
 *
 * @param gradientSum the replica's gradient sums; scratch for the strategy
 * @param samples in this rank's slice, maybe 0
 * @param globalSamples in the global batch
 * @param lossSum over the slice, without penalties
 * @param correct predictions in the slice
 * @param absoluteErrorSum over the slice
 * @param lastOfEpoch whether the epoch ends with this step
 * @param stopRequested whether this rank was asked to stop
 */
@SuppressWarnings("ArrayRecordComponent") // lent for one step, never compared
public record StepContribution(
        float[] gradientSum,
        int samples,
        int globalSamples,
        double lossSum,
        double correct,
        double absoluteErrorSum,
        boolean lastOfEpoch,
        boolean stopRequested) {
    /** The same with another loss. */
    public StepContribution withLossSum(double newLossSum) {
        return new StepContribution(
                gradientSum, samples, globalSamples, newLossSum, correct, absoluteErrorSum, lastOfEpoch, stopRequested);
    }
}
