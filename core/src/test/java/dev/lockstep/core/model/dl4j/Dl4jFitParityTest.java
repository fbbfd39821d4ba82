package dev.lockstep.core.model.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.Penalty;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.loss.CategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.AdamOptimizer;
import dev.lockstep.core.optimizer.Optimizer;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.optimizer.OptimizerState;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * DL4J's own {@code fit}, with its losses and updaters, where its meaning is the same as Keras's.
 *
 * <p>The same: SGD; Nesterov, which DL4J writes as {@code w += (1 + momentum) v - momentum v_before}, the same numbers;
 * Adam with an equal epsilon (DL4J's default is 1e-8). L2 with twice the lambda, because DL4J's penalty is {@code l2 / 2
 * * sum of squares}.
 *
 * <p>Not the same, and not compared: momentum without Nesterov, which DL4J does not have; batch normalisation, whose
 * running variance DL4J keeps as log10 of the standard deviation by default and whose updates fit() does not divide by
 * the batch size; dropout, whose mask comes from DL4J's random stream; binary crossentropy and mean squared error over
 * several outputs under LossFunction.XENT, which is a sum over outputs where Keras takes the mean.
 */
class Dl4jFitParityTest {
    private static final long SEED = 12;
    private static final double L2 = 0.002;
    private static final int STEPS = 40;

    static Stream<Arguments> updaters() {
        return Stream.of(
                Arguments.of(new SgdOptimizer(0.1, 0, false), new Sgd(0.1), 1e-6),
                Arguments.of(new SgdOptimizer(0.05, 0.9, true), new Nesterovs(0.05, 0.9), 5e-6),
                // Adam divides by the root of small second moments, so rounding comes out larger.
                Arguments.of(new AdamOptimizer(0.001, 0.9, 0.999, 1e-7), new Adam(0.001, 0.9, 0.999, 1e-7), 2e-5));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("updaters")
    void fitEndsWhereTheEngineEnds(OptimizerSpec spec, IUpdater updater, double tolerance) {
        NetworkPlan plan = Networks.plan(
                12,
                new CategoricalCrossentropyLoss(),
                Networks.dense(10, Activation.TANH, L2),
                Networks.dense(4, Activation.SOFTMAX));
        MultiLayerNetwork network = network(updater);
        network.setParams(Nd4j.createFromArray(plan.initialParameters(SEED)).reshape(1, plan.parameterCount()));
        Optimizer optimizer = spec.create();
        Penalty penalty = Penalty.of(plan);
        OptimizerState state = new OptimizerState(spec.stateSlots(), plan.parameterCount());
        float[] mean = new float[plan.parameterCount()];
        try (ModelReplica replica = Dl4jReplica.create(plan, 16, 1)) {
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, mean.length);
            for (int step = 1; step <= STEPS; step++) {
                MiniBatch batch = Networks.batch(plan, 16, SEED + step);
                double loss = replica.computeGradient(batch, new StepContext(SEED, 0, new SingleWorkerGroup())) / 16;
                for (int i = 0; i < mean.length; i++) {
                    mean[i] = replica.gradient()[i] / 16;
                }
                loss += penalty.addTo(mean, replica.parameters());
                optimizer.update(replica.parameters(), mean, state, 0, mean.length, step, spec.learningRate());
                network.fit(new DataSet(matrix(batch.features(), 12), matrix(batch.labels(), 4)));
                assertThat(loss).as("loss of step %d", step).isCloseTo(network.score(), within(1e-5));
            }
            float[] fitted = network.params().dup().data().asFloat();
            assertThat(replica.parameters()).containsExactly(fitted, within((float) tolerance));
            double moved = 0;
            for (int i = 0; i < fitted.length; i++) {
                moved = Math.max(moved, Math.abs(fitted[i] - plan.initialParameters(SEED)[i]));
            }
            assertThat(moved).as("the largest move of a parameter").isGreaterThan(0.01);
        }
    }

    private static MultiLayerNetwork network(IUpdater updater) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .updater(updater)
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(12)
                        .nOut(10)
                        .l2(2 * L2)
                        .activation(org.nd4j.linalg.activations.Activation.TANH)
                        .build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(10)
                        .nOut(4)
                        .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
                        .build())
                .build());
        network.init();
        return network;
    }

    private static INDArray matrix(float[] values, int columns) {
        return Nd4j.createFromArray(values).reshape(values.length / columns, columns);
    }
}
