package dev.lockstep.core.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.schema.InvalidSettingsException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values against Keras's own examples, and slopes where a loss has a kink. */
class LossSpecTest {
    /** From the documentation of each class in Keras 3, with the mean that it prints. */
    static Stream<Arguments> examples() {
        float[] binary = {0, 1, 0, 0};
        float[] guesses = {0.6f, 0.4f, 0.4f, 0.6f};
        return Stream.of(
                Arguments.of(new MeanSquaredErrorLoss(), binary, new float[] {1, 1, 1, 0}, 2, 0.5),
                Arguments.of(new MeanAbsoluteErrorLoss(), binary, new float[] {1, 1, 1, 0}, 2, 0.5),
                Arguments.of(
                        new MeanAbsolutePercentageErrorLoss(),
                        new float[] {2, 1, 2, 3},
                        new float[] {1, 1, 1, 0},
                        2,
                        50),
                Arguments.of(new MeanSquaredLogarithmicErrorLoss(), binary, new float[] {1, 1, 1, 0}, 2, 0.240),
                Arguments.of(new HuberLoss(1), binary, guesses, 2, 0.155),
                Arguments.of(new HingeLoss(), binary, guesses, 2, 1.3),
                Arguments.of(new BinaryCrossentropyLoss(), binary, guesses, 2, 0.815),
                Arguments.of(
                        new BinaryCrossentropyLoss(true), binary, new float[] {-18.6f, 0.51f, 2.94f, -12.8f}, 4, 0.865),
                Arguments.of(
                        new CategoricalCrossentropyLoss(),
                        new float[] {0, 1, 0, 0, 0, 1},
                        new float[] {0.05f, 0.95f, 0, 0.1f, 0.8f, 0.1f},
                        3,
                        1.177));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExamplesOfKerasComeOut(LossSpec loss, float[] labels, float[] outputs, int width, double expected) {
        double sum = 0;
        for (int from = 0; from < outputs.length; from += width) {
            sum += loss.of(labels, from, outputs, from, width);
        }
        assertThat(sum / (outputs.length / width)).isCloseTo(expected, within(6e-4));
    }

    @Test
    void slopesAtKinksAreThoseOfTensorFlow() {
        assertThat(slope(new MeanAbsoluteErrorLoss(), 2, 2)).isZero();
        assertThat(slope(new MeanAbsolutePercentageErrorLoss(), 2, 2)).isZero();
        assertThat(slope(new HuberLoss(0.5), 2, 2.5f)).isEqualTo(0.5f);
        assertThat(slope(new HingeLoss(), 1, 1)).isEqualTo(-1);
        assertThat(slope(new HingeLoss(), -1, -1)).isEqualTo(1);
        assertThat(slope(new HingeLoss(), 1, Math.nextUp(1f))).isZero();
        assertThat(slope(new MeanSquaredLogarithmicErrorLoss(), 3, 0)).isZero();
        assertThat(slope(new MeanSquaredLogarithmicErrorLoss(), 3, -2)).isZero();
    }

    @Test
    void aPercentageOfNothingIsThatOfKerasEpsilon() {
        assertThat(new MeanAbsolutePercentageErrorLoss().of(new float[] {0}, 0, new float[] {2}, 0, 1))
                .isCloseTo(2e9, within(1.0));
    }

    /** A batch of ones alone is the same to Keras whether it takes them for 0/1 or for -1/1. */
    @Test
    void hingeTakesALabelOfZeroForMinusOne() {
        HingeLoss loss = new HingeLoss();
        float[] output = {0.25f};
        assertThat(loss.of(new float[] {0}, 0, output, 0, 1)).isEqualTo(1.25);
        assertThat(loss.of(new float[] {-1}, 0, output, 0, 1)).isEqualTo(1.25);
        assertThat(loss.of(new float[] {1}, 0, output, 0, 1)).isEqualTo(0.75);
    }

    @Test
    void aPerceptronsLossIsTheShareOfWrongOutputsAndItsErrorsAreNotDivided() {
        float[] labels = {1, 0, 1, 0};
        float[] outputs = {1, 1, 0, 0};
        assertThat(new PerceptronLoss().of(labels, 0, outputs, 0, 4)).isEqualTo(0.5);
        assertThat(gradient(new PerceptronLoss(), labels, outputs)).containsExactly(0, 1, -1, 0);
    }

    @Test
    void aHuberLossWithoutALineIsRefused() {
        assertThatThrownBy(() -> new HuberLoss(0)).isInstanceOf(InvalidSettingsException.class);
    }

    @Test
    void logitsOfAnySizeHaveALossAndAGradient() {
        float[] logits = {1000, -1000, 0};
        assertThat(new SparseCategoricalCrossentropyLoss(true).of(new float[] {1}, 0, logits, 0, 3))
                .isEqualTo(2000);
        assertThat(new CategoricalCrossentropyLoss(true).of(new float[] {0, 0, 1}, 0, logits, 0, 3))
                .isEqualTo(1000);
        assertThat(new BinaryCrossentropyLoss(true).of(new float[] {0, 1, 0}, 0, logits, 0, 3))
                .isCloseTo((2000 + Math.log(2)) / 3, within(1e-12));
        assertThat(gradient(new SparseCategoricalCrossentropyLoss(true), new float[] {1}, logits))
                .containsExactly(1, -1, 0);
        assertThat(gradient(new CategoricalCrossentropyLoss(true), new float[] {0, 0, 1}, logits))
                .containsExactly(1, 0, -1);
        assertThat(gradient(new BinaryCrossentropyLoss(true), new float[] {0, 1, 0}, logits))
                .containsExactly(1 / 3f, -1 / 3f, 1 / 6f);
    }

    @Test
    void logitsNeedALinearLastLayer() {
        assertThat(new SparseCategoricalCrossentropyLoss(true).objection(Activation.LINEAR, 3))
                .isNull();
        assertThat(new SparseCategoricalCrossentropyLoss(true).objection(Activation.SOFTMAX, 3))
                .contains("from_logits: true needs a linear last layer", "found softmax");
        assertThat(new BinaryCrossentropyLoss(true).objection(Activation.SIGMOID, 1))
                .contains("from_logits: true needs a linear last layer", "found 1 sigmoid outputs");
        assertThat(new CategoricalCrossentropyLoss().objection(Activation.LINEAR, 3))
                .contains("needs a softmax", "or set from_logits: true");
        assertThat(new CategoricalCrossentropyLoss(true).objection(Activation.LINEAR, 1))
                .contains("at least 2 outputs");
    }

    private static float slope(LossSpec loss, float label, float output) {
        return gradient(loss, new float[] {label}, new float[] {output})[0];
    }

    private static float[] gradient(LossSpec loss, float[] labels, float[] outputs) {
        float[] gradient = new float[outputs.length];
        LossGradient.of(loss).derivative().write(labels, 0, outputs, gradient, 0, outputs.length);
        return gradient;
    }
}
