package dev.lockstep.core.train;

import dev.lockstep.core.augmentation.AugmentationSpec;
import dev.lockstep.core.augmentation.ImageAugmentation;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.ShardPlan;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.ledger.SampleLedger;
import dev.lockstep.core.model.NetworkPlan;
import org.jspecify.annotations.Nullable;

/**
 * What a rank trains on, slice after slice, in memory that is allocated once. Whatever is done to training samples alone
 * (their order, their weights, the changes of images) is done here.
 */
final class TrainingBatches {
    private final TrainingData data;
    private final ShardPlan shards;
    private final int rank;
    private final MiniBatch batch;
    private final @Nullable ClassWeighting weighting;
    private final @Nullable ImageAugmentation augmentation;
    private final SampleLedger ledger;

    /**
     * @param setup of the worker
     * @param capacity the most samples that are computed at once
     */
    TrainingBatches(TrainingSetup setup, int capacity) {
        data = setup.data();
        ledger = setup.ledger();
        rank = setup.membership().rank();
        shards = new ShardPlan(
                setup.job().seed(),
                data.trainIndices(),
                setup.job().training().batchSize(),
                setup.membership().size(),
                setup.replica().slices());
        batch = new MiniBatch(
                Math.max(capacity, shards.maximumSliceSize()),
                data.samples().featureShape().size(),
                data.samples().labelWidth());
        NetworkPlan plan = setup.replica().plan();
        weighting = ClassWeighting.of(setup.job().training().classWeights(), plan, data);
        AugmentationSpec changes = setup.job().training().augmentation();
        augmentation = changes == null
                ? null
                : new ImageAugmentation(
                        changes, setup.job().seed(), data.samples().featureShape());
    }

    /** Global batches of an epoch. */
    int stepsPerEpoch() {
        return shards.stepsPerEpoch();
    }

    /** Whether a step is the last one of its epoch. */
    boolean isLast(int stepInEpoch) {
        return stepInEpoch + 1 == shards.stepsPerEpoch();
    }

    /** How many samples a step has over all ranks. */
    int globalSize(int stepInEpoch) {
        return shards.globalBatchSize(stepInEpoch);
    }

    /** This rank's slice of a step's global batch: the same object each time, filled again. */
    MiniBatch read(int epoch, int stepInEpoch) {
        Slice slice = shards.slice(stepInEpoch, rank);
        data.samples().read(shards.order(epoch), slice.from(), slice.to(), batch);
        ledger.used((long) epoch * stepsPerEpoch() + stepInEpoch + 1, epoch, slice, batch.sampleIndices());
        if (weighting != null) {
            weighting.weigh(batch);
        }
        if (data.samples().isWeighted()) {
            multiplyWeights();
        }
        if (augmentation != null) {
            augmentation.apply(epoch, batch);
        }
        return batch;
    }

    /** By the samples' own, as Keras multiplies class_weight and sample_weight. */
    private void multiplyWeights() {
        for (int row = 0; row < batch.size(); row++) {
            float ofClass = weighting == null ? 1 : batch.weight(row);
            batch.useWeights()[row] = ofClass * data.samples().weight(batch.sampleIndices()[row]);
        }
    }
}
