package dev.lockstep.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.oracle.ImageNetworks;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.oracle.ReferenceActivations;
import dev.lockstep.core.oracle.ReferenceTrainer;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every replica does with images: the outputs and gradients of the reference, in the layout of the plan. */
public abstract class ImageReplicaContract {
    private static final long SEED = 1998;
    private static final StepContext CONTEXT = new StepContext(SEED, 2, new SingleWorkerGroup());

    /** The replica under test, one thread, its parameters all zero. */
    protected abstract ModelReplica replica(NetworkPlan plan, int maximumBatchSize);

    /**
     * How far a sample's loss and an output may lie from the reference's; a gradient may lie twice as far, relative to
     * its size where that is above 1.
     */
    protected double tolerance() {
        return 1e-5;
    }

    static Stream<ImageNetworks.Case> networks() {
        return ImageNetworks.cases();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void gradientsAndOutputsAreTheReferences(ImageNetworks.Case network) {
        for (int size : new int[] {1, 5}) {
            assertAgrees(network.plan(), size);
        }
    }

    /** Requires loss, gradients and inference of one batch to be those of the reference trainer. */
    protected final void assertAgrees(NetworkPlan plan, int size) {
        float[] initial = plan.initialParameters(SEED);
        MiniBatch batch = Networks.batch(plan, size, SEED + size);
        ReferenceTrainer reference = ReferenceTrainer.of(plan, new SgdOptimizer(0.1, 0, false), initial);
        double expectedLoss =
                reference.gradientSum(batch.features(), batch.labels(), size, Networks.mask(plan, batch, CONTEXT));
        double[] expected = reference.gradientSum();
        try (ModelReplica replica = replica(plan, size + 2)) {
            System.arraycopy(initial, 0, replica.parameters(), 0, initial.length);
            assertThat(replica.computeGradient(batch, CONTEXT)).isCloseTo(expectedLoss, within(tolerance() * size));
            for (ParameterBlock block : plan.blocks()) {
                for (int i = block.offset(); i < block.end() && block.spec().role() == Role.TRAINABLE; i++) {
                    assertThat((double) replica.gradient()[i])
                            .as("%s, index %d, batch of %d, seed %d", block, i, size, SEED)
                            .isCloseTo(expected[i], within(2 * tolerance() * Math.max(1, Math.abs(expected[i]))));
                }
            }
            replica.predict(batch);
            double[] outputs = reference.predict(batch.features(), size);
            for (int i = 0; i < outputs.length; i++) {
                assertThat((double) replica.outputs()[i]).as("output %d", i).isCloseTo(outputs[i], within(tolerance()));
            }
            ReferenceActivations.assertEqual(replica, reference, batch, tolerance());
        }
    }

    /** By hand, without the reference: weight (filter, channel, y, x) meets value (y, x, channel) of the window. */
    @Test
    void theKernelLiesFilterByFilterThenChannelByChannelAfterTheBias() {
        NetworkPlan plan = Networks.plan(
                Shape.of(2, 3, 2),
                new MeanSquaredErrorLoss(),
                Networks.convolution(2, List.of(2, 3), List.of(1, 1), Padding.VALID, Activation.LINEAR));
        try (ModelReplica replica = replica(plan, 1)) {
            for (int i = 0; i < plan.parameterCount(); i++) {
                replica.parameters()[i] = i + 1;
            }
            for (int value = 0; value < 12; value++) {
                MiniBatch batch = new MiniBatch(1, 12, 2);
                batch.resize(1);
                batch.features()[value] = 1;
                replica.predict(batch);
                int channel = value % 2;
                int cell = value / 2;
                assertThat(Arrays.copyOf(replica.outputs(), 2))
                        .as("value %d", value)
                        .containsExactly(1 + 3 + channel * 6 + cell, 2 + 3 + 12 + channel * 6 + cell);
            }
        }
    }

    @Test
    void pooledImagesAreFlattenedWithTheChannelFastest() {
        NetworkPlan plan = Networks.plan(
                Shape.of(2, 4, 3),
                new MeanSquaredErrorLoss(),
                Networks.maxPooling(List.of(2, 2), List.of(2, 2), Padding.VALID),
                new FlattenLayer(null),
                Networks.dense(1, Activation.LINEAR));
        try (ModelReplica replica = replica(plan, 1)) {
            System.arraycopy(new float[] {1, 10, 100, 1000, 10000, 100000, 0}, 0, replica.parameters(), 0, 7);
            MiniBatch batch = new MiniBatch(1, 24, 1);
            batch.resize(1);
            // The largest of a window is its lower right cell; all are below zero but these.
            Arrays.fill(batch.features(), -1);
            System.arraycopy(new float[] {1, 2, 3}, 0, batch.features(), 12 + 3, 3);
            System.arraycopy(new float[] {4, 5, 6}, 0, batch.features(), 12 + 9, 3);
            replica.predict(batch);
            assertThat(replica.outputs()[0]).isEqualTo(654321f);
        }
    }

    /** A convolution whose relu the pooling behind it differentiates, and images that are normalised. */
    @ParameterizedTest
    @ValueSource(strings = {"conv2d", "conv2d_1", "conv2d,batch_normalization,conv2d_1", "batch_normalization"})
    void frozenLayersOfImagesPassTheGradientOn(String names) {
        NetworkPlan plan = Networks.frozen(
                Networks.plan(
                        Shape.of(8, 8, 2),
                        new SparseCategoricalCrossentropyLoss(),
                        Networks.convolution(4, List.of(3, 3), List.of(1, 1), Padding.SAME, Activation.TANH),
                        Networks.normalization(0.9),
                        Networks.convolution(5, List.of(3, 3), List.of(1, 1), Padding.VALID, Activation.RELU),
                        Networks.maxPooling(List.of(2, 2), List.of(2, 2), Padding.VALID),
                        new FlattenLayer(null),
                        Networks.dense(3, Activation.SOFTMAX)),
                names.split(","));
        assertAgrees(plan, 6);
    }

    /** What one worker computes is what several do together. */
    @ParameterizedTest
    @MethodSource("networks")
    void gradientsDoNotDependOnHowABatchIsCut(ImageNetworks.Case network) {
        NetworkPlan plan = network.plan();
        MiniBatch batch = Networks.batch(plan, 9, SEED);
        try (ModelReplica replica = replica(plan, 9)) {
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
            replica.computeGradient(batch, CONTEXT);
            float[] whole = replica.gradient().clone();
            float[] sum = new float[whole.length];
            for (int[] range : new int[][] {{0, 4}, {4, 5}, {5, 5}, {5, 9}}) {
                replica.computeGradient(Networks.slice(batch, range[0], range[1]), CONTEXT);
                IntStream.range(0, sum.length).forEach(i -> sum[i] += replica.gradient()[i]);
            }
            assertThat(sum).containsExactly(whole, within(1e-5f));
        }
    }

    @Test
    void theSameBatchGivesTheSameBits() {
        NetworkPlan plan = ImageNetworks.lenet(Shape.of(14, 14), 4, 6, 16);
        float[] first = gradientOnce(plan);
        assertThat(gradientOnce(plan)).isEqualTo(first);
    }

    private float[] gradientOnce(NetworkPlan plan) {
        try (ModelReplica replica = replica(plan, 8)) {
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
            replica.computeGradient(Networks.batch(plan, 8, SEED), CONTEXT);
            return replica.gradient().clone();
        }
    }
}
