package dev.lockstep.core.model;

import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.AdamOptimizer;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.sync.GradientSharing;
import dev.lockstep.core.sync.StepContribution;
import dev.lockstep.core.sync.TrainingState;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures what slices cost one worker: steps of batches of 128 images of 28 x 28, forward, backward and Adam, without
 * slices and with 4, in turn. Run by hand; no part of the suite.
 */
public final class SlicesBenchmark {
    private static final int BATCH_SIZE = 128;
    private static final int SLICES = 4;
    private static final int ROUNDS = 8;
    private static final int STEPS = 60;
    private static final Shape IMAGE = Shape.of(28, 28, 1);

    private SlicesBenchmark() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        report(
                "dense 512, 256, 10",
                Networks.plan(
                        IMAGE,
                        new SparseCategoricalCrossentropyLoss(),
                        new FlattenLayer(null),
                        Networks.dense(512, Activation.RELU),
                        Networks.dense(256, Activation.RELU),
                        Networks.dense(10, Activation.SOFTMAX)));
        report(
                "the same with batch normalization",
                Networks.plan(
                        IMAGE,
                        new SparseCategoricalCrossentropyLoss(),
                        new FlattenLayer(null),
                        Networks.dense(512, Activation.RELU),
                        new BatchNormalizationLayer(0.99, 1e-3, true, null),
                        Networks.dense(256, Activation.RELU),
                        new BatchNormalizationLayer(0.99, 1e-3, true, null),
                        Networks.dense(10, Activation.SOFTMAX)));
        report(
                "LeNet",
                Networks.plan(
                        IMAGE,
                        new SparseCategoricalCrossentropyLoss(),
                        Networks.convolution(20, List.of(5, 5), List.of(1, 1), Padding.VALID, Activation.RELU),
                        Networks.maxPooling(List.of(2, 2), List.of(2, 2), Padding.VALID),
                        Networks.convolution(50, List.of(5, 5), List.of(1, 1), Padding.VALID, Activation.RELU),
                        Networks.maxPooling(List.of(2, 2), List.of(2, 2), Padding.VALID),
                        new FlattenLayer(null),
                        Networks.dense(500, Activation.RELU),
                        Networks.dense(10, Activation.SOFTMAX)));
    }

    private static void report(String what, NetworkPlan plan) {
        try (Worker whole = new Worker(plan, 1);
                Worker sliced = new Worker(plan, SLICES)) {
            double[] wholeSeconds = new double[ROUNDS];
            double[] slicedSeconds = new double[ROUNDS];
            for (int round = -2; round < ROUNDS; round++) {
                double ofWhole = whole.stepSeconds();
                double ofSliced = sliced.stepSeconds();
                if (round >= 0) {
                    wholeSeconds[round] = ofWhole;
                    slicedSeconds[round] = ofSliced;
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s: %.2f ms without slices, %.2f ms with %d: %.2f times%n",
                    what,
                    median(wholeSeconds) * 1e3,
                    median(slicedSeconds) * 1e3,
                    SLICES,
                    median(slicedSeconds) / median(wholeSeconds));
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static final class Worker implements AutoCloseable {
        private final ModelReplica replica;
        private final TrainingState state;
        private final GradientSharing sharing;
        private final ProcessGroup alone = LocalProcessGroup.alone();
        private final StepContext context;
        private final MiniBatch batch;

        Worker(NetworkPlan plan, int slices) {
            replica = SlicedReplica.of(
                    slices, BATCH_SIZE / slices, 1, capacity -> ModelReplicas.create(plan, capacity, 1));
            System.arraycopy(plan.initialParameters(1), 0, replica.parameters(), 0, plan.parameterCount());
            AdamOptimizer optimizer = new AdamOptimizer(1e-4, 0.9, 0.999, 1e-7);
            state = new TrainingState(replica.parameters(), optimizer.stateSlots());
            sharing = new GradientSharing(plan, optimizer);
            context = new StepContext(1, 0, alone, sharing.gradientListener(alone));
            batch = Networks.batch(plan, BATCH_SIZE, 3);
        }

        double stepSeconds() {
            double[] seconds = new double[STEPS];
            for (int step = 0; step < STEPS; step++) {
                long started = System.nanoTime();
                double loss = replica.computeGradient(batch, context);
                sharing.step(
                        new StepContribution(replica.gradient(), BATCH_SIZE, BATCH_SIZE, loss, 0, 0, false, false),
                        state,
                        alone);
                seconds[step] = (System.nanoTime() - started) / 1e9;
            }
            return median(seconds);
        }

        @Override
        public void close() {
            replica.close();
        }
    }
}
