package dev.lockstep.core.data;

import dev.lockstep.core.random.CounterRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which samples a worker takes in a step. The order of an epoch is a permutation of the training samples, a function
 * of (seed, epoch) alone; global batch b is its b-th run of {@code batchSize} samples, the last one short; rank r of W
 * takes the r-th of W near-equal contiguous pieces of the batch. So every sample is used exactly once an epoch and the
 * global batches are the same for every number of workers. With more workers than samples in a batch the last ranks
 * have empty slices. Where a worker computes several slices, a batch is cut into as many as all workers have together and
 * rank r takes the r-th run of them. Safe for several threads.
 */
public final class ShardPlan {
    private final long orderKey;
    private final int[] trainIndices;
    private final int batchSize;
    private final int workers;
    private final int slicesPerWorker;
    private volatile @Nullable EpochOrder latest;

    @SuppressWarnings("ArrayRecordComponent") // a cache entry, never compared
    private record EpochOrder(int epoch, int[] order) {}

    /**
     * A plan.
     *
     * @param seed of the job
     * @param trainIndices stable indices of the training samples, at least one
     * @param batchSize global batch size
     * @param workers how many ranks share a batch
     */
    public ShardPlan(long seed, int[] trainIndices, int batchSize, int workers) {
        this(seed, trainIndices, batchSize, workers, 1);
    }

    /**
     * A plan in which every worker takes several slices side by side.
     *
     * @param slicesPerWorker so many
     */
    public ShardPlan(long seed, int[] trainIndices, int batchSize, int workers, int slicesPerWorker) {
        if (trainIndices.length == 0 || batchSize <= 0 || workers <= 0 || slicesPerWorker <= 0) {
            throw new IllegalArgumentException("a plan needs samples, a batch size, workers and slices above 0, found "
                    + trainIndices.length + ", " + batchSize + ", " + workers + " and " + slicesPerWorker);
        }
        this.orderKey = CounterRandom.key(seed, "order");
        this.trainIndices = trainIndices.clone();
        this.batchSize = batchSize;
        this.workers = workers;
        this.slicesPerWorker = slicesPerWorker;
    }

    /** How many training samples there are. */
    public int sampleCount() {
        return trainIndices.length;
    }

    /** Global batches of an epoch, the short last one included; the same on every rank. */
    public int stepsPerEpoch() {
        return (int) (((long) trainIndices.length + batchSize - 1) / batchSize);
    }

    /**
     * The training samples' indices in the order of an epoch. The latest one is kept and returned again: do not change
     * it.
     */
    public int[] order(int epoch) {
        EpochOrder known = latest;
        if (known == null || known.epoch() != epoch) {
            int[] order = trainIndices.clone();
            Permutation.shuffle(order, CounterRandom.key(orderKey, epoch));
            known = new EpochOrder(epoch, order);
            latest = known;
        }
        return known.order();
    }

    /** Positions in the order of an epoch that a rank takes in a step; may be empty. */
    public Slice slice(int stepInEpoch, int rank) {
        return ofRank(batch(stepInEpoch), rank);
    }

    private Slice ofRank(Slice batch, int rank) {
        int slices = workers * slicesPerWorker;
        int first = rank * slicesPerWorker;
        return new Slice(
                Slice.of(batch.from(), batch.to(), slices, first).from(),
                Slice.of(batch.from(), batch.to(), slices, first + slicesPerWorker - 1)
                        .to());
    }

    /** How many samples a step has over all ranks. */
    public int globalBatchSize(int stepInEpoch) {
        return batch(stepInEpoch).size();
    }

    /** The most samples a rank ever takes in a step: the size of its batch arrays. */
    public int maximumSliceSize() {
        return ofRank(new Slice(0, Math.min(batchSize, trainIndices.length)), 0).size();
    }

    private Slice batch(int stepInEpoch) {
        if (stepInEpoch < 0 || stepInEpoch >= stepsPerEpoch()) {
            throw new IllegalArgumentException(
                    "step " + stepInEpoch + " is not one of the " + stepsPerEpoch() + " of an epoch");
        }
        int from = stepInEpoch * batchSize;
        return new Slice(from, from + Math.min(batchSize, trainIndices.length - from));
    }
}
