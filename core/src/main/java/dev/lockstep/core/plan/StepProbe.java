package dev.lockstep.core.plan;

import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.FeatureEncoding;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.evaluation.EvaluationTotals;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.sync.StepContribution;
import dev.lockstep.core.sync.SyncStrategy;
import dev.lockstep.core.sync.TrainingState;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Times the parts of a step: the replica, the merge strategy and the optimizer that a run would use, on synthetic
 * samples of the job's shape. One worker, used by one thread.
 */
public final class StepProbe {
    /** Timed steps of each part; their median counts. */
    public static final int TIMED_STEPS = 20;

    /** So long the first steps go untimed, while the JVM compiles them. */
    private static final long WARM_UP_NANOS = 500_000_000;

    private static final int FEWEST_WARM_UP_STEPS = 5;
    private static final int MOST_WARM_UP_STEPS = 2_000;
    private static final int BYTE_VALUES = 256;
    private static final double NANOS_PER_SECOND = 1e9;

    private final ModelReplica replica;
    private final OptimizerSpec optimizer;
    private final MiniBatch batch;
    private final SplittableRandom random;
    private final ProcessGroup alone = LocalProcessGroup.alone();
    private final StepContext context;
    private final EvaluationTotals totals;
    private final FeatureEncoding encoding;
    private double lossSum;

    /**
     * @param replica of the job's network; its parameters are set and changed
     * @param capacity the most samples of a slice
     * @param encoding of the samples as the job's data has them
     */
    public StepProbe(ModelReplica replica, OptimizerSpec optimizer, int capacity, FeatureEncoding encoding, long seed) {
        this.replica = replica;
        this.optimizer = optimizer;
        this.encoding = encoding;
        NetworkPlan plan = replica.plan();
        boolean classes = plan.loss().labelKind() == LabelKind.CLASS_INDEX;
        batch = new MiniBatch(
                capacity,
                plan.inputShape().size(),
                classes ? 1 : plan.outputShape().size());
        random = new SplittableRandom(seed);
        context = new StepContext(seed, 0, alone);
        totals = EvaluationTotals.forNetwork(plan);
        float[] initial = plan.initialParameters(seed);
        System.arraycopy(initial, 0, replica.parameters(), 0, initial.length);
    }

    /** Forward, backward and the counting of a slice of so many samples. */
    public StepSeconds computeSeconds(int samples) {
        fill(samples);
        return measure(this::compute);
    }

    /**
     * Forward and backward of such a slice, again and again.
     *
     * @param enough asked after each
     */
    public void computeUntil(int samples, BooleanSupplier enough) {
        fill(samples);
        do {
            compute();
        } while (!enough.getAsBoolean());
    }

    /** Mean seconds of everything that a strategy does in a step after the gradient, without other workers. */
    public double updateSeconds(SyncStrategyFactory strategies) {
        TrainingState state = new TrainingState(replica.parameters(), optimizer.stateSlots());
        SyncStrategy strategy = strategies.create(replica.plan(), optimizer, state);
        // Of one sample: a strategy may divide the gradient in place, and it is not computed again in between.
        fill(1);
        compute();
        return measure(() -> strategy.step(contribution(), state, alone)).mean();
    }

    /** Makes a strategy for a worker. */
    @FunctionalInterface
    public interface SyncStrategyFactory {
        /** A strategy over a state. */
        SyncStrategy create(NetworkPlan plan, OptimizerSpec optimizer, TrainingState state);
    }

    private void compute() {
        lossSum = replica.computeGradient(batch, context);
        totals.clear();
        totals.add(batch.labels(), replica.outputs(), batch.size());
    }

    /** Never the last of an epoch: whether a step merges is the strategy's period alone to say. */
    private StepContribution contribution() {
        return new StepContribution(
                replica.gradient(), batch.size(), batch.size(), lossSum, totals.correct(), 0, false, false);
    }

    private void fill(int samples) {
        batch.resize(samples);
        if (encoding.type() == ElementType.U8) {
            batch.useRaw(encoding);
            ByteBuffer raw = batch.rawFeatures();
            for (int i = 0; i < samples * batch.featureCount(); i++) {
                raw.put(i, (byte) random.nextInt(BYTE_VALUES));
            }
        } else {
            float[] features = batch.features();
            for (int i = 0; i < samples * batch.featureCount(); i++) {
                features[i] = (float) random.nextDouble(-1, 1);
            }
        }
        int classes = replica.plan().outputShape().size();
        boolean classIndex = replica.plan().loss().labelKind() == LabelKind.CLASS_INDEX;
        for (int i = 0; i < samples * batch.labelWidth(); i++) {
            batch.labels()[i] = random.nextInt(classIndex ? classes : 2);
        }
        for (int i = 0; i < samples; i++) {
            batch.sampleIndices()[i] = i;
        }
    }

    private static StepSeconds measure(Runnable step) {
        long started = System.nanoTime();
        for (int i = 0; i < MOST_WARM_UP_STEPS; i++) {
            if (i >= FEWEST_WARM_UP_STEPS && System.nanoTime() - started > WARM_UP_NANOS) {
                break;
            }
            step.run();
        }
        double[] seconds = new double[TIMED_STEPS];
        for (int i = 0; i < TIMED_STEPS; i++) {
            long before = System.nanoTime();
            step.run();
            seconds[i] = (System.nanoTime() - before) / NANOS_PER_SECOND;
        }
        return StepSeconds.of(seconds);
    }
}
