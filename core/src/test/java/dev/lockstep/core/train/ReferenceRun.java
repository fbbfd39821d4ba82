package dev.lockstep.core.train;

import dev.lockstep.core.augmentation.AugmentationSpec;
import dev.lockstep.core.augmentation.ImageAugmentation;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.SampleSource;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.loss.ClassWeights;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.oracle.ReferenceTrainer;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import dev.lockstep.core.random.CounterRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A whole job through the reference trainer, in one thread.
 *
 * <p>The order of samples is not taken from the engine's plan but derived here from the documented rule: a shuffle of
 * Fisher and Yates, from the last element down, with the numbers of the key (seed, "order", epoch); a batch is the next
 * run of {@code batch_size} of them. So an engine that took another epoch's order, or cut the batches differently for
 * another number of workers, would not agree with it. Which elements dropout keeps is the engine's to choose: any mask
 * would be as good, so it is data here, and so are the changes of images.
 */
final class ReferenceRun {
    private final JobConfig job;
    private final TrainingData data;
    private final NetworkPlan plan;
    private final ReferenceTrainer trainer;
    private final MiniBatch batch;
    private final @Nullable ImageAugmentation augmentation;

    ReferenceRun(JobConfig job, TrainingData data) {
        this.job = job;
        this.data = data;
        SampleSource samples = data.samples();
        this.plan = NetworkPlan.of(
                job.model(), samples.featureShape(), job.training().loss());
        this.trainer = ReferenceTrainer.of(plan, job.training().updateRule(), plan.initialParameters(job.seed()));
        AugmentationSpec changes = job.training().augmentation();
        this.augmentation = changes == null ? null : new ImageAugmentation(changes, job.seed(), samples.featureShape());
        this.batch =
                new MiniBatch(job.training().batchSize(), samples.featureShape().size(), samples.labelWidth());
    }

    /** Trains all epochs of the job. */
    ReferenceRun train() {
        for (int epoch = 0; epoch < job.training().epochs(); epoch++) {
            trainEpoch(epoch);
        }
        return this;
    }

    private void trainEpoch(int epoch) {
        int[] order = order(epoch);
        StepContext context = new StepContext(job.seed(), epoch, new SingleWorkerGroup());
        for (int from = 0; from < order.length; from += job.training().batchSize()) {
            int to = Math.min(order.length, from + job.training().batchSize());
            data.samples().read(order, from, to, batch);
            if (augmentation != null) {
                augmentation.apply(epoch, batch);
            }
            trainer.weigh(weights(to - from));
            trainer.step(batch.features(), batch.labels(), to - from, Networks.mask(plan, batch, context));
        }
    }

    /** Of the samples in the batch, by their classes and by themselves; one output tells the classes below and above 1/2 apart. */
    private double[] weights(int size) {
        if (job.training().classWeights() == null && !data.samples().isWeighted()) {
            return new double[0];
        }
        double[] ofSamples = new double[size];
        for (int row = 0; row < size; row++) {
            ofSamples[row] =
                    weightOfClass(number(batch.labels()[row])) * data.samples().weight(batch.sampleIndices()[row]);
        }
        return ofSamples;
    }

    private double weightOfClass(int number) {
        ClassWeights weights = job.training().classWeights();
        if (weights == null) {
            return 1;
        }
        return weights.byClass().isEmpty()
                ? balanced(number)
                : weights.byClass().getOrDefault(number, 1.0);
    }

    private int number(float label) {
        return plan.outputShape().size() > 1 ? (int) label : (label > 0.5 ? 1 : 0);
    }

    private double balanced(int number) {
        int[] numbers = Arrays.stream(data.trainIndices())
                .map(index -> number(data.samples().label(index)))
                .toArray();
        double same = Arrays.stream(numbers).filter(other -> other == number).count();
        return numbers.length / (same * Arrays.stream(numbers).distinct().count());
    }

    private int[] order(int epoch) {
        long key = CounterRandom.key(CounterRandom.key(job.seed(), "order"), epoch);
        int[] order = data.trainIndices().clone();
        for (int last = order.length - 1; last > 0; last--) {
            int chosen = CounterRandom.below(key, last, last + 1);
            int moved = order[last];
            order[last] = order[chosen];
            order[chosen] = moved;
        }
        return order;
    }

    /** The parameters in the layout of the plan. */
    double[] parameters() {
        return trainer.parameters();
    }

    /** The first values of the parameters. */
    float[] initialParameters() {
        return plan.initialParameters(job.seed());
    }

    /** The share of samples whose largest output is at their class. */
    double accuracy(SampleSource samples) {
        int outputs = plan.outputShape().size();
        int[] all = Evaluator.all(samples.sampleCount());
        int correct = 0;
        for (int from = 0; from < all.length; from += batch.capacity()) {
            int to = Math.min(all.length, from + batch.capacity());
            samples.read(all, from, to, batch);
            double[] predicted = trainer.predict(batch.features(), to - from);
            for (int row = 0; row < to - from; row++) {
                int best = 0;
                for (int j = 1; j < outputs; j++) {
                    best = predicted[row * outputs + j] > predicted[row * outputs + best] ? j : best;
                }
                correct += best == (int) batch.labels()[row] ? 1 : 0;
            }
        }
        return (double) correct / all.length;
    }
}
