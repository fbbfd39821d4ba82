package dev.lockstep.core.plan;

import java.util.List;

/** Predictions for one job on one network, and what follows from them. */
public final class TrainingPlan {
    /** More workers have to shorten the step by so much; less is within what a prediction can tell. */
    private static final double WORTHWHILE = 0.05;

    private final JobProfile job;
    private final MergeTime merge;
    private final SyncMode mode;
    private final List<Integer> workers;

    /**
     * @param mode of the job
     * @param workers the numbers to predict, ascending
     */
    public TrainingPlan(JobProfile job, MergeTime merge, SyncMode mode, List<Integer> workers) {
        this.job = job;
        this.merge = merge;
        this.mode = mode;
        this.workers = List.copyOf(workers);
    }

    /** The job as it was measured. */
    public JobProfile job() {
        return job;
    }

    /** The network and the cost of exchanges. */
    public MergeTime merge() {
        return merge;
    }

    /** The job's mode. */
    public SyncMode mode() {
        return mode;
    }

    /** In the job's mode, for each number of workers. */
    public List<StepTimePrediction> predictions() {
        return workers.stream().map(count -> predict(count, mode)).toList();
    }

    /** Any combination. */
    public StepTimePrediction predict(int workerCount, SyncMode otherMode) {
        return StepTimePrediction.of(job, merge, workerCount, otherMode);
    }

    /** Samples that all workers together train on in a second. */
    public double samplesPerSecond(StepTimePrediction prediction) {
        return job.stepSamples() / prediction.stepSeconds();
    }

    /** The step of one worker over the workers' steps together: 1 where twice the workers take half the time. */
    public double efficiency(StepTimePrediction prediction) {
        return aloneSeconds() / (prediction.workers() * prediction.stepSeconds());
    }

    /** An epoch's steps, the short last one by its share. */
    public double secondsPerEpoch(StepTimePrediction prediction) {
        return job.samples() / samplesPerSecond(prediction);
    }

    /** One worker, which merges with nobody and so trains as under gradient sharing. */
    public double aloneSeconds() {
        return predict(1, SyncMode.GRADIENT_SHARING).stepSeconds();
    }

    /** The mode of the shorter step; the exact one where the other is not worth it, and where nothing is merged. */
    public SyncMode bestMode(int workerCount) {
        if (workerCount == 1) {
            return SyncMode.GRADIENT_SHARING;
        }
        double exact = predict(workerCount, SyncMode.GRADIENT_SHARING).stepSeconds();
        double averaged = predict(workerCount, SyncMode.PARAMETER_AVERAGING).stepSeconds();
        return averaged < exact * (1 - WORTHWHILE) ? SyncMode.PARAMETER_AVERAGING : SyncMode.GRADIENT_SHARING;
    }

    /**
     * The number of workers beyond which more do not pay, of 1 up to the largest asked for: the smallest whose step is
     * within 5 % of the shortest. 1 says that Spark does not pay.
     */
    public int mostThatPay(SyncMode ofMode) {
        int largest = Math.max(2, workers.get(workers.size() - 1));
        double shortest = aloneSeconds();
        for (int count = 2; count <= largest; count++) {
            shortest = Math.min(shortest, predict(count, ofMode).stepSeconds());
        }
        if (aloneSeconds() * (1 - WORTHWHILE) <= shortest) {
            return 1;
        }
        for (int count = 2; count < largest; count++) {
            if (predict(count, ofMode).stepSeconds() * (1 - WORTHWHILE) <= shortest) {
                return count;
            }
        }
        return largest;
    }
}
