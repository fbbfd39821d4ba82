package dev.lockstep.core.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.SgdOptimizer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference itself is held against central differences, which know nothing of derivatives. */
class ReferenceTrainerTest {
    private static final long SEED = 4711;

    @ParameterizedTest
    @MethodSource("dev.lockstep.core.oracle.Networks#differentiableActivations")
    void gradientsOfEveryActivationAreThoseOfCentralDifferences(Activation activation) {
        NetworkPlan plan = Networks.plan(
                5,
                new SparseCategoricalCrossentropyLoss(),
                Networks.dense(7, activation),
                Networks.normalization(0.9),
                Networks.dropout(0.3),
                Networks.dense(4, activation, false, 0),
                Networks.dense(3, Activation.SOFTMAX));
        assertGradient(plan);
    }

    /** Every formula at points of its own, as Keras 3 prints them. */
    @ParameterizedTest
    @CsvSource({
        "HARD_SIGMOID, -3.5, 0",
        "HARD_SIGMOID, -1, 0.33333333",
        "HARD_SIGMOID, 2.4, 0.9",
        "HARD_SIGMOID, 3, 1",
        "LEAKY_RELU, -2, -0.4",
        "LEAKY_RELU, 2, 2",
        "GELU, -3, -0.00404969",
        "GELU, -1, -0.15865525",
        "GELU, 0, 0",
        "GELU, 2, 1.95449974",
        "GELU, 40, 40",
        "STEP, -0.001, 0",
        "STEP, 0, 1",
        "STEP, 7, 1"
    })
    void anActivationIsItsFormula(Activation activation, double before, double after) {
        assertThat(new ReferenceActivation(activation, 1).activate(new double[] {before}))
                .containsExactly(new double[] {after}, within(1e-8));
    }

    @ParameterizedTest
    @MethodSource("dev.lockstep.core.oracle.LossCases#differentiable")
    void gradientsOfEveryLossAreThoseOfCentralDifferences(LossCases loss) {
        NetworkPlan plan = Networks.plan(
                6, loss.loss(), Networks.dense(5, Activation.TANH), Networks.dense(loss.outputs(), loss.last()));
        assertGradient(plan);
        assertGradient(plan, 2.5, 0, 0.75, 1, 3, 0.5);
    }

    static Stream<ImageNetworks.Case> imageNetworks() {
        return Stream.concat(
                ImageNetworks.cases(),
                Stream.of(
                        ImageNetworks.normalized(),
                        ImageNetworks.softmaxOverChannels(),
                        ImageNetworks.softmaxLayerOverChannels()));
    }

    @ParameterizedTest
    @MethodSource("imageNetworks")
    void gradientsOnImagesAreThoseOfCentralDifferences(ImageNetworks.Case network) {
        assertGradient(network.plan());
    }

    private static void assertGradient(NetworkPlan plan, double... weights) {
        ReferenceTrainer trainer =
                ReferenceTrainer.of(plan, new SgdOptimizer(0.1, 0, false), plan.initialParameters(SEED));
        trainer.weigh(weights);
        MiniBatch batch = Networks.batch(plan, 6, SEED);
        ReferenceTrainer.Mask mask = (layer, row, element) -> (row + element) % 3 != 0;
        trainer.gradientSum(batch.features(), batch.labels(), batch.size(), mask);
        double[] gradient = trainer.gradientSum();
        double[] parameters = trainer.parameters();
        double step = 1e-6;
        for (ParameterBlock block : plan.blocks()) {
            for (int i = block.offset(); i < block.end() && block.spec().role() == Role.TRAINABLE; i++) {
                double value = parameters[i];
                parameters[i] = value + step;
                trainer.parameters(parameters);
                double above = trainer.lossSum(batch.features(), batch.labels(), batch.size(), mask);
                parameters[i] = value - step;
                trainer.parameters(parameters);
                double below = trainer.lossSum(batch.features(), batch.labels(), batch.size(), mask);
                parameters[i] = value;
                assertThat(gradient[i])
                        .as("gradient of parameter %d in %s", i, block)
                        .isCloseTo((above - below) / (2 * step), within(1e-6));
            }
        }
    }

    @Test
    void oneStepOfALinearNeuronIsTheOneDoneByHand() {
        NetworkPlan plan = Networks.plan(2, new MeanSquaredErrorLoss(), Networks.dense(1, Activation.LINEAR));
        ReferenceTrainer trainer = ReferenceTrainer.of(plan, new SgdOptimizer(0.5, 0, false), new float[] {1, 2, 0.5f});
        // Output 1*3 + 2*1 + 0.5 = 5.5, label 5, loss 0.25, gradient 2 * 0.5 * (3, 1, 1).
        double loss = trainer.step(new float[] {3, 1}, new float[] {5}, 1, ReferenceTrainer.Mask.NONE);
        assertThat(loss).isEqualTo(0.25);
        assertThat(trainer.parameters()).containsExactly(1 - 1.5, 2 - 0.5, 0.5 - 0.5);
    }

    @Test
    void theKernelIsReadAndWrittenColumnByColumn() {
        NetworkPlan plan = Networks.plan(2, new MeanSquaredErrorLoss(), Networks.dense(2, Activation.LINEAR));
        float[] flat = {1, 2, 3, 4, 10, 20};
        ReferenceTrainer trainer = ReferenceTrainer.of(plan, new SgdOptimizer(0.5, 0, false), flat);
        assertThat(trainer.predict(new float[] {1, 1}, 1)).containsExactly(1 + 2 + 10, 3 + 4 + 20);
        assertThat(trainer.parameters()).containsExactly(1, 2, 3, 4, 10, 20);
        assertThat(List.of(plan.blocks().get(0).offset(), plan.blocks().get(1).offset()))
                .containsExactly(0, 4);
    }
}
