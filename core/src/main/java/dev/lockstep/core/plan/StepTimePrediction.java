package dev.lockstep.core.plan;

/**
 * What a step takes with so many workers in one mode; under parameter averaging a mean over an epoch's steps.
 *
 * @param workers from 1
 * @param mode how they merge
 * @param sliceSamples of the worker with most
 * @param computeSeconds forward and backward over that slice, until the slowest is done where every step merges
 * @param updateSeconds everything else that each worker does
 * @param mergeSeconds exchanges, those inside layers included
 */
public record StepTimePrediction(
        int workers,
        SyncMode mode,
        int sliceSamples,
        double computeSeconds,
        double updateSeconds,
        double mergeSeconds) {
    /** Predicts one combination. */
    static StepTimePrediction of(JobProfile job, MergeTime merge, int workers, SyncMode mode) {
        int slice = job.sliceSamples(workers);
        if (mode == SyncMode.GRADIENT_SHARING) {
            double compute = job.compute().seconds(slice, workers);
            double exchanges = merge.seconds(workers, job.gradientBytes());
            for (int features : job.normalizedFeatures()) {
                exchanges += normalization(merge, workers, features);
            }
            return new StepTimePrediction(workers, mode, slice, compute, job.updateSeconds(), exchanges);
        }
        // Between two averages nobody waits, and what one is late in one step it has time for in the next.
        double compute = job.compute().seconds(slice, 1);
        double averagesPerStep = (double) job.averagesPerEpoch() / job.stepsPerEpoch();
        return new StepTimePrediction(
                workers,
                mode,
                slice,
                compute,
                job.localUpdateSeconds() + averagesPerStep * job.averageSeconds(),
                averagesPerStep * merge.seconds(workers, job.averageBytes()));
    }

    /** Forward the sums with the row count, then the squared distances; backward two sums a feature. */
    private static double normalization(MergeTime merge, int workers, int features) {
        return merge.seconds(workers, (long) Double.BYTES * (features + 1))
                + merge.seconds(workers, (long) Double.BYTES * features)
                + merge.seconds(workers, 2L * Double.BYTES * features);
    }

    /** The whole step. */
    public double stepSeconds() {
        return computeSeconds + updateSeconds + mergeSeconds;
    }
}
