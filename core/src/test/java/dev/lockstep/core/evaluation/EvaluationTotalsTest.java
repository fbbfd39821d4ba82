package dev.lockstep.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.BinaryCrossentropyLoss;
import dev.lockstep.core.model.loss.CategoricalCrossentropyLoss;
import dev.lockstep.core.model.loss.HingeLoss;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.MeanAbsoluteErrorLoss;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.Networks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTotalsTest {
    private static EvaluationTotals totals(LossSpec loss, int outputs, Activation last) {
        NetworkPlan plan = Networks.plan(4, loss, Networks.dense(outputs, last));
        return EvaluationTotals.of(plan, List.of(), EvaluationScope.TEST);
    }

    private static Map<String, Double> values(EvaluationResult result) {
        Map<String, Double> values = new LinkedHashMap<>();
        result.metrics().forEach(figure -> values.put(figure.metric().key(), figure.value()));
        return values;
    }

    private static Map<String, Double> guesses(EvaluationResult result) {
        Map<String, Double> guesses = new LinkedHashMap<>();
        result.metrics().forEach(figure -> guesses.put(figure.metric().key(), figure.guessing()));
        return guesses;
    }

    @Test
    void classesAreCountedByTheLargestOutput() {
        EvaluationTotals totals = totals(new SparseCategoricalCrossentropyLoss(), 3, Activation.SOFTMAX);
        float[] outputs = {0.7f, 0.2f, 0.1f, 0.1f, 0.8f, 0.1f, 0.5f, 0.25f, 0.25f, 0.2f, 0.2f, 0.6f, 9, 9, 9};
        totals.add(new float[] {0, 1, 1, 2, 0}, outputs, 4);
        EvaluationResult result = totals.result();
        assertThat(result.samples()).isEqualTo(4);
        assertThat(values(result)).containsExactly(Map.entry("accuracy", 0.75));
        assertThat(result.confusionMatrix())
                .isEqualTo(List.of(List.of(1L, 0L, 0L), List.of(1L, 1L, 0L), List.of(0L, 0L, 1L)));
        assertThat(guesses(result)).containsEntry("accuracy", 0.5);
        assertThat(result.loss())
                .isCloseTo(-(Math.log(0.7) + Math.log(0.8) + Math.log(0.25) + Math.log(0.6)) / 4, within(1e-6));
        assertThat(result.baselineLoss()).isCloseTo(1.5 * Math.log(2), within(1e-12));
    }

    @Test
    void oneHotLabelsGiveTheSameCounts() {
        EvaluationTotals totals = totals(new CategoricalCrossentropyLoss(), 2, Activation.SOFTMAX);
        totals.add(new float[] {1, 0, 0, 1}, new float[] {0.75f, 0.25f, 0.5f, 0.5f}, 2);
        EvaluationResult result = totals.result();
        assertThat(result.confusionMatrix()).isEqualTo(List.of(List.of(1L, 0L), List.of(1L, 0L)));
        assertThat(values(result)).containsExactly(Map.entry("accuracy", 0.5), Map.entry("mae", 0.375));
    }

    /** Also where it is trained with a loss for quantities, as in courses of long ago. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneSigmoidIsCutAtOneHalf(boolean crossentropy) {
        LossSpec loss = crossentropy ? new BinaryCrossentropyLoss() : new MeanSquaredErrorLoss();
        EvaluationTotals totals = totals(loss, 1, Activation.SIGMOID);
        totals.add(new float[] {1, 1, 0, 0, 0}, new float[] {0.9f, 0.5f, 0.4f, 0.6f, 0.1f}, 5);
        EvaluationResult result = totals.result();
        assertThat(result.confusionMatrix()).isEqualTo(List.of(List.of(2L, 1L), List.of(1L, 1L)));
        assertThat(values(result)).containsEntry("accuracy", 0.6);
        assertThat(guesses(result)).containsEntry("accuracy", 0.6);
    }

    @Test
    void logitsAreCutAtZero() {
        EvaluationTotals totals = totals(new BinaryCrossentropyLoss(true), 1, Activation.LINEAR);
        totals.add(new float[] {1, 1, 0, 0}, new float[] {3, 0.25f, 0.25f, -2}, 4);
        assertThat(totals.result().confusionMatrix()).isEqualTo(List.of(List.of(1L, 1L), List.of(0L, 2L)));
    }

    @Test
    void logitsOfClassesAreCountedAsTheirSoftmaxWouldBe() {
        EvaluationTotals totals = totals(new CategoricalCrossentropyLoss(true), 2, Activation.LINEAR);
        totals.add(new float[] {1, 0, 0, 1}, new float[] {-1, -3, 2, 1}, 2);
        EvaluationResult result = totals.result();
        assertThat(result.confusionMatrix()).isEqualTo(List.of(List.of(1L, 0L), List.of(1L, 0L)));
        assertThat(result.loss()).isCloseTo((Math.log1p(Math.exp(-2)) + Math.log1p(Math.E)) / 2, within(1e-12));
        assertThat(result.baselineLoss()).isCloseTo(Math.log(2), within(1e-12));
    }

    @Test
    void severalSigmoidsHaveAnAccuracyButNoMatrix() {
        EvaluationTotals totals = totals(new BinaryCrossentropyLoss(), 2, Activation.SIGMOID);
        totals.add(new float[] {1, 0, 0, 1}, new float[] {0.75f, 0.5f, 0.9f, 0.5f}, 2);
        EvaluationResult result = totals.result();
        assertThat(result.confusionMatrix()).isNull();
        assertThat(values(result)).containsEntry("accuracy", 0.5);
        assertThat(guesses(result)).containsEntry("accuracy", null).containsEntry("mae", 0.5);
        assertThat(result.baselineLoss()).isNull();
    }

    @Test
    void regressionIsHeldAgainstTheMeanLabel() {
        EvaluationTotals totals = totals(new MeanSquaredErrorLoss(), 2, Activation.LINEAR);
        totals.add(new float[] {1, 10, 3, 30}, new float[] {2, 10, 3, 26}, 2);
        EvaluationResult result = totals.result();
        assertThat(result.loss()).isEqualTo((0.5 + 8) / 2);
        assertThat(values(result)).containsExactly(Map.entry("mae", 1.25));
        assertThat(guesses(result)).containsExactly(Map.entry("mae", 5.5));
        assertThat(result.baselineLoss()).isEqualTo((1 + 100) / 2.0);
        assertThat(result.confusionMatrix()).isNull();
    }

    @Test
    void oneHingeOutputIsCutAtZeroWhateverItsLabels() {
        for (float negative : new float[] {-1, 0}) {
            EvaluationTotals totals = totals(new HingeLoss(), 1, Activation.LINEAR);
            totals.add(new float[] {1, 1, negative, negative}, new float[] {2, -0.5f, 0.25f, -3}, 4);
            EvaluationResult result = totals.result();
            assertThat(result.confusionMatrix()).isEqualTo(List.of(List.of(1L, 1L), List.of(1L, 1L)));
            assertThat(result.loss()).isEqualTo((0 + 1.5 + 1.25 + 0) / 4);
            assertThat(result.baselineLoss()).isNull();
        }
    }

    @Test
    void theVarianceOfTheLabelsIsTheBaselineOfTheSquaredErrorAlone() {
        EvaluationTotals totals = totals(new MeanAbsoluteErrorLoss(), 1, Activation.LINEAR);
        totals.add(new float[] {1, 3}, new float[] {2, 3}, 2);
        assertThat(totals.result().loss()).isEqualTo(0.5);
        assertThat(totals.result().baselineLoss()).isNull();
    }

    @Test
    void totalsOfRanksAddUp() {
        EvaluationTotals whole = totals(new SparseCategoricalCrossentropyLoss(), 2, Activation.SOFTMAX);
        EvaluationTotals first = totals(new SparseCategoricalCrossentropyLoss(), 2, Activation.SOFTMAX);
        EvaluationTotals second = totals(new SparseCategoricalCrossentropyLoss(), 2, Activation.SOFTMAX);
        float[] outputs = {0.75f, 0.25f, 0.5f, 0.5f, 0.125f, 0.875f};
        whole.add(new float[] {0, 1, 1}, outputs, 3);
        first.add(new float[] {0, 1}, outputs, 2);
        second.add(new float[] {1}, new float[] {0.125f, 0.875f}, 1);
        first.add(EvaluationPart.read(EvaluationPart.of(second).toBytes()));
        assertThat(first.result()).isEqualTo(whole.result());
    }

    @Test
    void nothingSeenIsNothingSaid() {
        EvaluationTotals totals = totals(new SparseCategoricalCrossentropyLoss(), 2, Activation.SOFTMAX);
        totals.add(new float[] {1}, new float[] {0.5f, 0.5f}, 1);
        totals.clear();
        EvaluationResult result = totals.result();
        assertThat(result.samples()).isZero();
        assertThat(result.loss()).isNull();
        assertThat(values(result)).containsExactly(entry("accuracy", null));
        assertThat(guesses(result)).containsExactly(entry("accuracy", null));
    }
}
