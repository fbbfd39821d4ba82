package dev.lockstep.core.model.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.Penalty;
import dev.lockstep.core.model.RegularizerSpec;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.loss.BinaryCrossentropyLoss;
import dev.lockstep.core.model.loss.CategoricalCrossentropyLoss;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.MeanAbsoluteErrorLoss;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.PerceptronLoss;
import dev.lockstep.core.optimizer.AdadeltaOptimizer;
import dev.lockstep.core.optimizer.AdagradOptimizer;
import dev.lockstep.core.optimizer.AdamOptimizer;
import dev.lockstep.core.optimizer.AdamwOptimizer;
import dev.lockstep.core.optimizer.MomentumOptimizer;
import dev.lockstep.core.optimizer.NadamOptimizer;
import dev.lockstep.core.optimizer.NesterovOptimizer;
import dev.lockstep.core.optimizer.Optimizer;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.optimizer.OptimizerState;
import dev.lockstep.core.optimizer.RmspropOptimizer;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.schema.RecordSchema;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;

/** What a job is told to DL4J as: trained by {@code fit}, it ends where the engine ends. */
class Dl4jTrainingTest {
    private static final long SEED = 21;
    private static final int STEPS = 20;
    private static final int BATCH = 16;

    static Stream<Arguments> mappings() {
        OptimizerSpec sgd = new SgdOptimizer(0.1, 0, false);
        return Stream.of(
                Arguments.of(sgd, new CategoricalCrossentropyLoss(), Activation.SOFTMAX, 4, 5e-6),
                Arguments.of(sgd, new MeanSquaredErrorLoss(), Activation.LINEAR, 3, 5e-6),
                Arguments.of(sgd, new MeanAbsoluteErrorLoss(), Activation.LINEAR, 3, 5e-6),
                Arguments.of(sgd, new BinaryCrossentropyLoss(), Activation.SIGMOID, 1, 5e-6),
                Arguments.of(sgd, new BinaryCrossentropyLoss(), Activation.SIGMOID, 3, 5e-6),
                Arguments.of(sgd, new BinaryCrossentropyLoss(true), Activation.LINEAR, 3, 5e-6),
                Arguments.of(sgd, new CategoricalCrossentropyLoss(true), Activation.LINEAR, 4, 5e-6),
                Arguments.of(
                        new SgdOptimizer(0.05, 0.9, true),
                        new CategoricalCrossentropyLoss(),
                        Activation.SOFTMAX,
                        4,
                        5e-6),
                Arguments.of(
                        new NesterovOptimizer(0.05, 0.8),
                        new CategoricalCrossentropyLoss(),
                        Activation.SOFTMAX,
                        4,
                        5e-6),
                Arguments.of(
                        new AdadeltaOptimizer(1, 0.9, 1e-5),
                        new CategoricalCrossentropyLoss(),
                        Activation.SOFTMAX,
                        4,
                        2e-5),
                // Adam divides by the root of small second moments, so rounding comes out larger.
                Arguments.of(
                        new AdamOptimizer(0.001, 0.9, 0.999, 1e-7),
                        new CategoricalCrossentropyLoss(),
                        Activation.SOFTMAX,
                        4,
                        2e-5));
    }

    @ParameterizedTest
    @MethodSource("mappings")
    void fitEndsWhereTheEngineEnds(
            OptimizerSpec spec, LossSpec loss, Activation lastActivation, int outputs, double tolerance) {
        NetworkPlan plan = Networks.plan(
                12, loss, Networks.dense(10, Activation.TANH, 0.002), Networks.dense(outputs, lastActivation, 0.001));
        assertFitEndsWhereTheEngineEnds(plan, spec, tolerance);
    }

    @Test
    void magnitudesAndBiasesArePenalisedAlike() {
        RegularizerSpec both = new RegularizerSpec(0.002, 0.0005);
        NetworkPlan plan = Networks.plan(
                12,
                new CategoricalCrossentropyLoss(),
                Networks.dense(10, Activation.TANH, both, new RegularizerSpec(0, 0.0005)),
                Networks.dense(4, Activation.SOFTMAX, new RegularizerSpec(0, 0.001), both));
        assertFitEndsWhereTheEngineEnds(plan, new SgdOptimizer(0.1, 0, false), 5e-6);
    }

    private static void assertFitEndsWhereTheEngineEnds(NetworkPlan plan, OptimizerSpec spec, double tolerance) {
        assertThat(Dl4jTraining.objections(plan, spec)).isEmpty();
        float[] initial = plan.initialParameters(SEED);
        MultiLayerNetwork network = new MultiLayerNetwork(Dl4jTraining.configuration(plan, spec, SEED));
        network.init(Dl4jTraining.matrix(initial, 1), false);
        Optimizer optimizer = spec.create();
        Penalty penalty = Penalty.of(plan);
        OptimizerState state = new OptimizerState(spec.stateSlots(), initial.length);
        float[] mean = new float[initial.length];
        try (ModelReplica replica = Dl4jReplica.create(plan, BATCH, 1)) {
            System.arraycopy(initial, 0, replica.parameters(), 0, mean.length);
            for (int step = 1; step <= STEPS; step++) {
                MiniBatch batch = Networks.batch(plan, BATCH, SEED + step);
                double lossMean =
                        replica.computeGradient(batch, new StepContext(SEED, 0, new SingleWorkerGroup())) / BATCH;
                for (int i = 0; i < mean.length; i++) {
                    mean[i] = replica.gradient()[i] / BATCH;
                }
                lossMean += penalty.addTo(mean, replica.parameters());
                optimizer.update(replica.parameters(), mean, state, 0, mean.length, step, spec.learningRate());
                network.fit(new DataSet(
                        Dl4jTraining.matrix(batch.features(), BATCH), Dl4jTraining.matrix(batch.labels(), BATCH)));
                assertThat(network.score()).as("loss of step %d", step).isCloseTo(lossMean, within(1e-5));
            }
            float[] fitted = Dl4jTraining.values(network.params());
            assertThat(replica.parameters()).containsExactly(fitted, within((float) tolerance));
            double moved = 0;
            for (int i = 0; i < fitted.length; i++) {
                moved = Math.max(moved, Math.abs(fitted[i] - initial[i]));
            }
            assertThat(moved).as("the largest move of a parameter").isGreaterThan(0.01);
        }
    }

    /** Spark sends the configuration to its executors as JSON; some activations are Lockstep's own classes. */
    @ParameterizedTest
    @MethodSource("dev.lockstep.core.oracle.Networks#differentiableActivations")
    void everyActivationSurvivesJson(Activation activation) {
        NetworkPlan plan = Networks.plan(
                6, new MeanSquaredErrorLoss(), Networks.dense(8, activation), Networks.dense(2, Activation.LINEAR));
        SgdOptimizer optimizer = new SgdOptimizer(0.1, 0, false);
        assertThat(Dl4jTraining.objections(plan, optimizer)).isEmpty();
        MultiLayerConfiguration configuration = Dl4jTraining.configuration(plan, optimizer, SEED);
        MultiLayerNetwork sent = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration.toJson()));
        sent.init(Dl4jTraining.matrix(plan.initialParameters(SEED), 1), false);
        MiniBatch batch = Networks.batch(plan, 4, SEED);
        float[] outputs = Dl4jTraining.values(sent.output(Dl4jTraining.matrix(batch.features(), 4)));
        try (ModelReplica replica = Dl4jReplica.create(plan, 4, 1)) {
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
            replica.predict(batch);
            assertThat(outputs).containsExactly(replica.outputs(), within(1e-6f));
        }
    }

    @Test
    void aStepIsRefusedByName() {
        NetworkPlan plan = Networks.plan(3, new MeanSquaredErrorLoss(), Networks.dense(1, Activation.STEP));

        assertThat(Dl4jTraining.objections(plan, new SgdOptimizer(0.1, 0, false)))
                .singleElement()
                .asString()
                .contains("layer \"dense\" (dense)", "step has no gradient");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mape", "msle", "huber", "hinge"})
    void lossesWithAnotherFormulaAreRefused(String name) {
        RecordSchema schema =
                Objects.requireNonNull(Alternatives.of(LossSpec.class).schema(name));
        LossSpec loss = (LossSpec) schema.construct(name.equals("huber") ? new Object[] {1.0} : new Object[0]);
        NetworkPlan plan = Networks.plan(3, loss, Networks.dense(1, Activation.LINEAR));

        assertThat(Dl4jTraining.objections(plan, new SgdOptimizer(0.1, 0, false)))
                .singleElement()
                .asString()
                .startsWith("training.loss: " + name + " has no counterpart");
    }

    @Test
    void thePerceptronsRuleIsRefused() {
        NetworkPlan plan = Networks.plan(3, new PerceptronLoss(), Networks.dense(1, Activation.STEP));

        assertThat(Dl4jTraining.objections(plan, new SgdOptimizer(0.1, 0, false)))
                .containsExactly(
                        "training.loss: perceptron has no counterpart by Keras's formula; it cannot train a" + " step");
    }

    @Test
    void momentumWithoutNesterovIsRefused() {
        NetworkPlan plan = Networks.plan(3, new MeanSquaredErrorLoss(), Networks.dense(1, Activation.LINEAR));

        assertThat(Dl4jTraining.objections(plan, new SgdOptimizer(0.1, 0.9, false)))
                .singleElement()
                .asString()
                .contains("training.optimizer.sgd", "nesterov: true");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(new MomentumOptimizer(0.1, 0.9), "training.optimizer.momentum", "choose nesterov"),
                Arguments.of(new AdadeltaOptimizer(0.5, 0.95, 1e-7), "training.optimizer.adadelta", "learning_rate: 1"),
                Arguments.of(
                        new AdagradOptimizer(0.1, 0.1, 1e-7), "training.optimizer: it computes no adagrad", "adam"),
                Arguments.of(new RmspropOptimizer(0.1, 0.9, 0, 1e-7, false), "computes no rmsprop", "adam"),
                Arguments.of(new AdamwOptimizer(0.1, 0, 0.9, 0.999, 1e-7), "computes no adamw", "adam"),
                Arguments.of(new NadamOptimizer(0.1, 0.9, 0.999, 1e-7), "computes no nadam", "adam"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void anotherFormulaIsRefusedWithWhatToChoose(OptimizerSpec optimizer, String key, String remedy) {
        NetworkPlan plan = Networks.plan(3, new MeanSquaredErrorLoss(), Networks.dense(1, Activation.LINEAR));

        assertThat(Dl4jTraining.objections(plan, optimizer))
                .singleElement()
                .asString()
                .contains(key, remedy);
    }
}
