package dev.lockstep.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.FeatureEncoding;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.loss.BinaryCrossentropyLoss;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.PerceptronLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.oracle.LossCases;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.oracle.ReferenceActivations;
import dev.lockstep.core.oracle.ReferenceTrainer;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every replica of networks on vectors has to do; {@link ImageReplicaContract} has the same for images. */
public abstract class ModelReplicaContract {
    protected static final long SEED = 20261121;
    protected static final StepContext CONTEXT = new StepContext(SEED, 3, new SingleWorkerGroup());

    /** The replica under test, all parameters zero. */
    protected abstract ModelReplica replica(NetworkPlan plan, int maximumBatchSize);

    /**
     * How far a sample's loss and an output may lie from the reference's, the loss relative to its size where that is
     * above 1; a gradient may lie twice as far, relative in the same way.
     */
    protected double tolerance() {
        return 1e-5;
    }

    @Test
    void theLayoutOfADenseLayerIsThatOfThePlan() {
        NetworkPlan plan = Networks.plan(
                3,
                new MeanSquaredErrorLoss(),
                Networks.dense(2, Activation.LINEAR),
                Networks.dense(1, Activation.LINEAR));
        try (ModelReplica replica = replica(plan, 2)) {
            float[] values = {1, 2, 3, 4, 5, 6, 0.5f, -0.5f, 1, 10, 0.25f};
            System.arraycopy(values, 0, replica.parameters(), 0, values.length);
            MiniBatch batch = new MiniBatch(2, 3, 1);
            batch.resize(1);
            System.arraycopy(new float[] {1, 10, 100}, 0, batch.features(), 0, 3);
            replica.predict(batch);
            float first = 1 + 20 + 300 + 0.5f;
            float second = 4 + 50 + 600 - 0.5f;
            assertThat(replica.outputs()[0]).isEqualTo(first + 10 * second + 0.25f);
        }
    }

    @Test
    void theLayoutOfBatchNormalizationIsThatOfThePlan() {
        NetworkPlan plan = Networks.plan(2, new MeanSquaredErrorLoss(), Networks.normalization(0.9));
        try (ModelReplica replica = replica(plan, 1)) {
            float[] values = {2, 3, 10, 20, 1, 5, 4, 9};
            System.arraycopy(values, 0, replica.parameters(), 0, values.length);
            MiniBatch batch = new MiniBatch(1, 2, 2);
            batch.resize(1);
            batch.features()[0] = 7;
            batch.features()[1] = 11;
            replica.predict(batch);
            assertThat(replica.outputs()[0]).isCloseTo((float) (2 * 6 / Math.sqrt(4.001) + 10), within(1e-5f));
            assertThat(replica.outputs()[1]).isCloseTo((float) (3 * 6 / Math.sqrt(9.001) + 20), within(1e-5f));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.lockstep.core.oracle.Networks#differentiableActivations")
    void gradientsOfEveryActivationAreTheReferences(Activation activation) {
        assertGradient(
                Networks.plan(
                        9,
                        new SparseCategoricalCrossentropyLoss(),
                        Networks.dense(8, activation),
                        Networks.dense(6, activation, false, 0),
                        Networks.dense(4, Activation.SOFTMAX)),
                17);
    }

    @ParameterizedTest
    @MethodSource("dev.lockstep.core.oracle.Networks#differentiableActivations")
    void anActivationMayBeALayerOfItsOwn(Activation activation) {
        assertGradient(
                Networks.plan(
                        9,
                        new SparseCategoricalCrossentropyLoss(),
                        Networks.activation(activation),
                        Networks.dense(8, Activation.TANH),
                        Networks.activation(activation),
                        Networks.dropout(0.3),
                        Networks.dense(4, Activation.LINEAR),
                        Networks.activation(Activation.SOFTMAX)),
                17);
        assertGradient(
                Networks.plan(
                        5,
                        new MeanSquaredErrorLoss(),
                        Networks.dense(3, Activation.LINEAR),
                        Networks.activation(activation)),
                4);
    }

    @Test
    void anActivationLayerBeforeItsLossIsTrainedAsADenseLayersIs() {
        assertGradient(
                Networks.plan(
                        5,
                        new BinaryCrossentropyLoss(),
                        Networks.dense(3, Activation.LINEAR),
                        Networks.activation(Activation.SIGMOID)),
                6);
    }

    @Test
    void aStepIsComputedButNotTrained() {
        NetworkPlan plan = Networks.plan(
                1, new MeanSquaredErrorLoss(), Networks.dense(3, Activation.STEP), Networks.dense(2, Activation.STEP));
        try (ModelReplica replica = replica(plan, 4)) {
            // Weights, biases, weights in rows of units, biases: 1 between the first two thresholds or above the third.
            float[] values = {1, 1, 1, -1, -2, -3, 1, -1, 1, -1, 1, -1, -0.5f, 0.5f};
            System.arraycopy(values, 0, replica.parameters(), 0, values.length);
            MiniBatch batch = new MiniBatch(4, 1, 2);
            batch.resize(4);
            System.arraycopy(new float[] {0.5f, 1, 2.5f, 3}, 0, batch.features(), 0, 4);
            replica.predict(batch);
            assertThat(Arrays.copyOf(replica.outputs(), 8)).containsExactly(0, 1, 1, 0, 0, 1, 1, 0);
            assertThatThrownBy(() -> replica.computeGradient(batch, CONTEXT))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("layer \"dense\" (dense): the activation step has no gradient")
                    .hasMessageContaining("layer \"dense_1\" (dense)");
        }
    }

    /**
     * "Or" by Rosenblatt's rule, w = w + (label - output) x, on (0, 0), (0, 1), (1, 0), (1, 1) in turn from zero: what
     * each step by hand leaves of the two weights and the bias.
     */
    @Test
    void aPerceptronsStepsAreThoseDoneByHand() {
        float[][] byHand = {
            {0, 0, -1}, {0, 1, 0}, {0, 1, 0}, {0, 1, 0},
            {0, 1, -1}, {0, 1, -1}, {1, 1, 0}, {1, 1, 0},
            {1, 1, -1}, {1, 1, -1}, {1, 1, -1}, {1, 1, -1},
            {1, 1, -1}, {1, 1, -1}, {1, 1, -1}, {1, 1, -1}
        };
        NetworkPlan plan = Networks.plan(2, new PerceptronLoss(), Networks.dense(1, Activation.STEP));
        MiniBatch batch = new MiniBatch(1, 2, 1);
        batch.resize(1);
        try (ModelReplica replica = replica(plan, 1)) {
            for (int step = 0; step < byHand.length; step++) {
                int sample = step % 4;
                batch.features()[0] = sample / 2;
                batch.features()[1] = sample % 2;
                batch.labels()[0] = sample == 0 ? 0 : 1;
                double loss = replica.computeGradient(batch, CONTEXT);
                assertThat(loss).isEqualTo(Math.abs(batch.labels()[0] - replica.outputs()[0]));
                for (int i = 0; i < plan.parameterCount(); i++) {
                    replica.parameters()[i] -= replica.gradient()[i];
                }
                assertThat(replica.parameters()).as("after step %d", step + 1).containsExactly(byHand[step]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.lockstep.core.oracle.LossCases#all")
    void gradientsOfEveryLossAreTheReferences(LossCases loss) {
        NetworkPlan plan = Networks.plan(
                6, loss.loss(), Networks.dense(5, Activation.SWISH), Networks.dense(loss.outputs(), loss.last()));
        for (int size : new int[] {1, 2, 13}) {
            assertGradient(plan, size);
            assertGradient(plan, weighted(Networks.batch(plan, size, SEED + size)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 13})
    void weightsOfSamplesLeaveTheMomentsAlone(int size) {
        NetworkPlan plan = Networks.plan(
                3,
                new SparseCategoricalCrossentropyLoss(),
                Networks.normalization(0.9),
                Networks.dense(4, Activation.SOFTMAX));
        assertGradient(plan, weighted(Networks.batch(plan, size, SEED)));
    }

    @Test
    void weightsLastForOneFillOfABatch() {
        NetworkPlan plan = Networks.plan(3, new MeanSquaredErrorLoss(), Networks.dense(1, Activation.LINEAR));
        MiniBatch batch = weighted(Networks.batch(plan, 3, SEED));
        batch.resize(3);
        assertGradient(plan, batch);
    }

    /** Weights 2.5, 0, 0.75, 2.5 ... */
    private static MiniBatch weighted(MiniBatch batch) {
        float[] cycle = {2.5f, 0, 0.75f};
        for (int row = 0; row < batch.size(); row++) {
            batch.useWeights()[row] = cycle[row % cycle.length];
        }
        return batch;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 32})
    void gradientsThroughNormalizationAndDropoutAreTheReferences(int size) {
        assertGradient(
                Networks.plan(
                        9,
                        new MeanSquaredErrorLoss(),
                        Networks.dropout(0.2),
                        Networks.dense(8, Activation.RELU),
                        Networks.normalization(0.9),
                        Networks.dropout(0.4),
                        Networks.dense(6, Activation.TANH)),
                size);
    }

    @Test
    void aLastLayerThatIsNotDenseIsTrainedToo() {
        assertGradient(
                Networks.plan(
                        4, new MeanSquaredErrorLoss(), Networks.dense(3, Activation.TANH), Networks.normalization(0.9)),
                8);
        assertGradient(
                Networks.plan(4, new MeanSquaredErrorLoss(), Networks.dense(3, Activation.TANH), Networks.dropout(0.5)),
                8);
    }

    protected final void assertGradient(NetworkPlan plan, int size) {
        assertGradient(plan, Networks.batch(plan, size, SEED + size));
    }

    private void assertGradient(NetworkPlan plan, MiniBatch batch) {
        int size = batch.size();
        float[] initial = plan.initialParameters(SEED);
        ReferenceTrainer reference = ReferenceTrainer.of(plan, new SgdOptimizer(0.1, 0, false), initial);
        reference.weigh(IntStream.range(0, size).mapToDouble(batch::weight).toArray());
        double expectedLoss =
                reference.gradientSum(batch.features(), batch.labels(), size, Networks.mask(plan, batch, CONTEXT));
        double[] expected = reference.gradientSum();
        try (ModelReplica replica = replica(plan, size + 3)) {
            System.arraycopy(initial, 0, replica.parameters(), 0, initial.length);
            double loss = replica.computeGradient(batch, CONTEXT);
            assertThat(loss).isCloseTo(expectedLoss, within(tolerance() * Math.max(size, Math.abs(expectedLoss))));
            for (ParameterBlock block : plan.blocks()) {
                for (int i = block.offset(); i < block.end() && block.spec().role() == Role.TRAINABLE; i++) {
                    assertThat((double) replica.gradient()[i])
                            .as("%s, index %d, batch of %d", block, i, size)
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

    @Test
    void theGradientOfAStatisticIsTheBatchSizeTimesItsMove() {
        NetworkPlan plan = Networks.plan(2, new MeanSquaredErrorLoss(), Networks.normalization(0.75));
        try (ModelReplica replica = replica(plan, 4)) {
            System.arraycopy(new float[] {1, 1, 0, 0, 10, 20, 3, 5}, 0, replica.parameters(), 0, 8);
            MiniBatch batch = new MiniBatch(4, 2, 2);
            batch.resize(4);
            System.arraycopy(new float[] {1, 0, 2, 0, 3, 4, 6, 4}, 0, batch.features(), 0, 8);
            replica.computeGradient(batch, CONTEXT);
            // Means 3 and 2; biased variances (4 + 1 + 0 + 9) / 4 and 4. Old minus new is 0.25 of old minus batch.
            assertThat(Arrays.copyOfRange(replica.gradient(), 4, 8))
                    .containsExactly(
                            new float[] {
                                4 * 0.25f * (10 - 3), 4 * 0.25f * (20 - 2), 4 * 0.25f * (3 - 3.5f), 4 * 0.25f * (5 - 4)
                            },
                            within(1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "dense_1", "dense,dense_2"})
    void frozenDenseLayersPassTheGradientOn(String names) {
        assertGradient(
                Networks.frozen(
                        Networks.plan(
                                9,
                                new SparseCategoricalCrossentropyLoss(),
                                Networks.dense(8, Activation.TANH),
                                Networks.dense(7, Activation.RELU, 0.01),
                                Networks.dense(4, Activation.SOFTMAX)),
                        names.split(",")),
                13);
    }

    /** Before, between and behind what is trained; the gradient of the frozen ones is 0, whatever was there before. */
    @ParameterizedTest
    @ValueSource(
            strings = {"dense", "dense,batch_normalization", "batch_normalization", "dense_1", "dense,dense_1,dense_2"})
    void frozenLayersHaveNoGradientAndPassItOn(String names) {
        NetworkPlan plan = Networks.frozen(
                Networks.plan(
                        9,
                        new SparseCategoricalCrossentropyLoss(),
                        Networks.dense(8, Activation.TANH),
                        Networks.normalization(0.9),
                        Networks.dense(7, Activation.RELU, 0.01),
                        Networks.dropout(0.3),
                        Networks.dense(6, Activation.SIGMOID),
                        Networks.dense(4, Activation.SOFTMAX)),
                names.split(","));
        assertGradient(plan, 13);
        assertGradient(plan, 1);
        try (ModelReplica replica = replica(plan, 5)) {
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
            replica.computeGradient(Networks.batch(plan, 5, SEED), CONTEXT);
            Arrays.fill(replica.gradient(), Float.NaN);
            replica.computeGradient(Networks.batch(plan, 5, SEED), CONTEXT);
            for (ParameterBlock block : plan.blocks()) {
                for (int i = block.offset(); i < block.end() && block.spec().role() == Role.FROZEN; i++) {
                    assertThat(replica.gradient()[i])
                            .as("%s, index %d", block, i)
                            .isZero();
                }
            }
        }
    }

    @Test
    void aBatchOfOneHasNoVariance() {
        NetworkPlan plan = Networks.plan(
                3, new MeanSquaredErrorLoss(), Networks.normalization(0.9), Networks.dense(2, Activation.LINEAR));
        assertGradient(plan, 1);
    }

    @Test
    void dropoutDoesNotDependOnHowABatchIsCut() {
        NetworkPlan plan = Networks.plan(
                20,
                new SparseCategoricalCrossentropyLoss(),
                Networks.dense(16, Activation.RELU),
                Networks.dropout(0.5),
                Networks.dense(5, Activation.SOFTMAX));
        MiniBatch batch = Networks.batch(plan, 12, SEED);
        try (ModelReplica replica = replica(plan, 12)) {
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
            double loss = replica.computeGradient(batch, CONTEXT);
            float[] whole = replica.gradient().clone();
            float[] sum = new float[whole.length];
            double lossSum = 0;
            for (int[] range : new int[][] {{0, 5}, {5, 6}, {6, 6}, {6, 12}}) {
                lossSum += replica.computeGradient(Networks.slice(batch, range[0], range[1]), CONTEXT);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += replica.gradient()[i];
                }
            }
            assertThat(sum).containsExactly(whole, within(1e-5f));
            assertThat(lossSum).isCloseTo(loss, within(1e-5));

            replica.computeGradient(batch, new StepContext(SEED, 4, new SingleWorkerGroup()));
            assertThat(replica.gradient())
                    .as("another epoch draws another mask")
                    .isNotEqualTo(whole);
        }
    }

    @Test
    void outputsOfTheForwardPassAreThereAfterBackward() {
        NetworkPlan plan = Networks.plan(
                7,
                new SparseCategoricalCrossentropyLoss(),
                Networks.dense(6, Activation.RELU),
                Networks.dense(3, Activation.SOFTMAX));
        MiniBatch batch = Networks.batch(plan, 5, SEED);
        try (ModelReplica replica = replica(plan, 8)) {
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
            replica.computeGradient(batch, CONTEXT);
            float[] trained = Arrays.copyOf(replica.outputs(), 15);
            replica.predict(batch);
            assertThat(Arrays.copyOf(replica.outputs(), 15)).isEqualTo(trained);
            assertThat(trained[0] + trained[1] + trained[2]).isCloseTo(1f, within(1e-6f));
        }
    }

    @Test
    void anEmptySliceGivesZeros() {
        NetworkPlan plan = Networks.plan(4, new MeanSquaredErrorLoss(), Networks.dense(2, Activation.LINEAR));
        try (ModelReplica replica = replica(plan, 4)) {
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
            MiniBatch batch = Networks.batch(plan, 4, SEED);
            replica.computeGradient(batch, CONTEXT);
            batch.resize(0);
            assertThat(replica.computeGradient(batch, CONTEXT)).isZero();
            assertThat(replica.gradient()).containsOnly(0f);
        }
    }

    @Test
    void imagesAreFlattenedRowByRow() {
        NetworkPlan plan = NetworkPlan.of(
                new ModelSpec(List.of(new FlattenLayer(null), Networks.dense(1, Activation.LINEAR))),
                Shape.of(2, 3),
                new MeanSquaredErrorLoss());
        try (ModelReplica replica = replica(plan, 1)) {
            System.arraycopy(new float[] {1, 10, 100, 1000, 10000, 100000, 0}, 0, replica.parameters(), 0, 7);
            MiniBatch batch = new MiniBatch(1, 6, 1);
            batch.resize(1);
            System.arraycopy(new float[] {1, 2, 3, 4, 5, 6}, 0, batch.features(), 0, 6);
            replica.predict(batch);
            assertThat(replica.outputs()[0]).isEqualTo(654321f);
        }
    }

    @Test
    void replicasInSeveralThreadsGiveTheBitsOfOneAlone() throws Exception {
        NetworkPlan plan = Networks.plan(
                64,
                new SparseCategoricalCrossentropyLoss(),
                Networks.dense(48, Activation.RELU),
                Networks.normalization(0.9),
                Networks.dropout(0.25),
                Networks.dense(10, Activation.SOFTMAX));
        float[] alone = gradientAfterSteps(plan);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<float[]>> results = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                results.add(threads.submit(() -> gradientAfterSteps(plan)));
            }
            for (Future<float[]> result : results) {
                assertThat(result.get(60, TimeUnit.SECONDS)).isEqualTo(alone);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private float[] gradientAfterSteps(NetworkPlan plan) {
        try (ModelReplica replica = replica(plan, 33)) {
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
            MiniBatch batch = Networks.batch(plan, 33, SEED);
            for (int step = 0; step < 20; step++) {
                batch.resize(33 - step % 2);
                replica.computeGradient(batch, CONTEXT);
                for (int i = 0; i < plan.parameterCount(); i++) {
                    replica.parameters()[i] -= 0.01f * replica.gradient()[i] / batch.size();
                }
            }
            return replica.parameters().clone();
        }
    }

    /** Bytes that a replica would read past the floats. */
    @Test
    void changedFeaturesAreWhatItTrainsOn() {
        NetworkPlan plan = Networks.plan(4, new MeanSquaredErrorLoss(), Networks.dense(2, Activation.LINEAR));
        MiniBatch floats = Networks.batch(plan, 3, SEED);
        MiniBatch bytes = new MiniBatch(3, 4, 2);
        bytes.resize(3);
        bytes.useRaw(new FeatureEncoding(ElementType.U8, 255));
        System.arraycopy(floats.labels(), 0, bytes.labels(), 0, 6);
        System.arraycopy(floats.features(), 0, bytes.changeFeatures(), 0, 12);
        try (ModelReplica replica = replica(plan, 3)) {
            replica.computeGradient(floats, CONTEXT);
            float[] expected = replica.gradient().clone();
            replica.computeGradient(bytes, CONTEXT);
            assertThat(replica.gradient()).isEqualTo(expected);
        }
    }

    @Test
    void aReplicaMayBeClosedTwice() {
        NetworkPlan plan = Networks.plan(4, new MeanSquaredErrorLoss(), Networks.dense(2, Activation.LINEAR));
        ModelReplica replica = replica(plan, 2);
        replica.computeGradient(Networks.batch(plan, 2, SEED), CONTEXT);
        replica.close();
        replica.close();
    }

    @Test
    void aBatchThatDoesNotFitIsRefused() {
        NetworkPlan plan = Networks.plan(4, new MeanSquaredErrorLoss(), Networks.dense(2, Activation.LINEAR));
        try (ModelReplica replica = replica(plan, 2)) {
            assertThatThrownBy(() -> replica.computeGradient(Networks.batch(plan, 3, SEED), CONTEXT))
                    .hasMessageContaining("[3, 4]")
                    .hasMessageContaining("[2, 4]");
        }
    }
}
