package dev.lockstep.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.BinaryCrossentropyLoss;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.Networks;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each metric against its definition, beside what guessing gives. */
class MetricTest {
    private static final LossSpec CLASSES = new SparseCategoricalCrossentropyLoss();

    private static EvaluationTotals totals(LossSpec loss, int outputs, Activation last, Metric... metrics) {
        NetworkPlan plan = Networks.plan(4, loss, Networks.dense(outputs, last));
        return EvaluationTotals.of(plan, List.of(metrics), EvaluationScope.TEST);
    }

    private static MetricFigure figure(EvaluationTotals totals, Metric metric) {
        return totals.result().metrics().stream()
                .filter(figure -> figure.metric().equals(metric))
                .findFirst()
                .orElseThrow();
    }

    private static void assertFigure(EvaluationTotals totals, Metric metric, Double value, Double guessing) {
        MetricFigure figure = figure(totals, metric);
        assertThat(figure.value()).as(metric.key()).isCloseTo(value, within(1e-7));
        assertThat(figure.guessing()).as("guessing by " + metric.key()).isCloseTo(guessing, within(1e-7));
    }

    /** Confusion: class 0: 3 right, 1 as 1; class 1: 1 right, 1 as 0; class 2: 1, as 0; class 3 does not occur. */
    private static EvaluationTotals fourClasses(Metric... metrics) {
        EvaluationTotals totals = totals(CLASSES, 4, Activation.SOFTMAX, metrics);
        int[][] answers = {{0, 0}, {0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 0}, {2, 0}};
        for (int[] answer : answers) {
            float[] outputs = {0.1f, 0.1f, 0.1f, 0.1f};
            outputs[answer[1]] = 0.7f;
            totals.add(new float[] {answer[0]}, outputs, 1);
        }
        return totals;
    }

    @Test
    void classesAreAveragedOverThoseThatOccur() {
        Metric[] metrics = {
            new PrecisionMetric(),
            new RecallMetric(),
            new F1Metric(),
            new BalancedAccuracyMetric(),
            new AccuracyMetric()
        };
        EvaluationTotals totals = fourClasses(metrics);
        double f1OfGuessing = 2 * 4.0 / (7 + 4) / 3;
        assertFigure(totals, metrics[0], (3 / 5.0 + 1 / 2.0 + 0) / 3, 4 / 7.0 / 3);
        assertFigure(totals, metrics[1], (3 / 4.0 + 1 / 2.0 + 0) / 3, 1 / 3.0);
        assertFigure(totals, metrics[2], (6 / 9.0 + 1 / 2.0 + 0) / 3, f1OfGuessing);
        assertFigure(totals, metrics[3], (3 / 4.0 + 1 / 2.0 + 0) / 3, 1 / 3.0);
        assertFigure(totals, metrics[4], 4 / 7.0, 4 / 7.0);
        ClassCounts micro = ClassCounts.micro(totals.result().classes());
        assertThat(List.of(micro.precision(), micro.recall(), micro.f1()))
                .allSatisfy(value -> assertThat(value).isCloseTo(4 / 7.0, within(1e-12)));
    }

    @Test
    void oneOutputIsJudgedByItsClassOne() {
        Metric[] metrics = {new PrecisionMetric(), new RecallMetric(), new F1Metric(), new RocAucMetric()};
        EvaluationTotals totals = totals(new BinaryCrossentropyLoss(), 1, Activation.SIGMOID, metrics);
        totals.add(new float[] {1, 1, 0, 0, 0}, new float[] {0.9f, 0.5f, 0.4f, 0.6f, 0.1f}, 5);
        assertFigure(totals, metrics[0], 0.5, 0.0);
        assertFigure(totals, metrics[1], 0.5, 0.0);
        assertFigure(totals, metrics[2], 0.5, 0.0);
        assertFigure(totals, metrics[3], 5 / 6.0, 0.5);
        assertFigure(totals, new MaeMetric(), (0.1 + 0.5 + 0.4 + 0.6 + 0.1) / 5, 0.48);
    }

    @Test
    void outputsThatSayYesOrNoAreAveraged() {
        Metric[] metrics = {new PrecisionMetric(), new RecallMetric(), new RocAucMetric(), new PrAucMetric()};
        EvaluationTotals totals = totals(new BinaryCrossentropyLoss(), 2, Activation.SIGMOID, metrics);
        float[] labels = {1, 0, 1, 0, 1, 1, 0, 0};
        totals.add(labels, new float[] {0.9f, 0.2f, 0.8f, 0.7f, 0.3f, 0.6f, 0.6f, 0.1f}, 4);
        assertFigure(totals, metrics[0], (2 / 3.0 + 1 / 2.0) / 2, (3 / 4.0 + 0) / 2);
        assertFigure(totals, metrics[1], (2 / 3.0 + 1) / 2, (1 + 0) / 2.0);
        assertFigure(totals, metrics[2], (2 / 3.0 + 2 / 3.0) / 2, 0.5);
        assertFigure(totals, metrics[3], ((1 + 1 + 3 / 4.0) / 3 + 1 / 2.0) / 2, (3 / 4.0 + 1 / 4.0) / 2);
    }

    @Test
    void amongTheKLargestCountsTiesForTheSample() {
        EvaluationTotals totals = totals(CLASSES, 4, Activation.SOFTMAX, new TopKMetric(2), new TopKMetric(1));
        float[] outputs = {0.4f, 0.3f, 0.2f, 0.1f, 0.4f, 0.2f, 0.2f, 0.2f, 0.1f, 0.2f, 0.3f, 0.4f};
        totals.add(new float[] {1, 3, 0}, outputs, 3);
        totals.add(new float[] {1}, new float[] {0.1f, 0.6f, 0.2f, 0.1f}, 1);
        assertFigure(totals, new TopKMetric(2), 0.75, 0.75);
        assertFigure(totals, new TopKMetric(1), 0.25, 0.5);
        assertThat(new TopKMetric(2).key()).isEqualTo("top_2_accuracy");
    }

    @Test
    void errorsAreHeldAgainstTheMeanLabel() {
        Metric[] metrics = {new MaeMetric(), new RmseMetric(), new R2Metric()};
        EvaluationTotals totals = totals(new MeanSquaredErrorLoss(), 2, Activation.LINEAR, metrics);
        totals.add(new float[] {1, 10, 2, 10, 6, 10}, new float[] {2, 11, 2, 10, 4, 9}, 3);
        assertFigure(totals, metrics[0], (1 + 0 + 2 + 1 + 0 + 1) / 6.0, (2 + 1 + 3) / 6.0);
        assertFigure(totals, metrics[1], Math.sqrt((1 + 4 + 1 + 1) / 6.0), Math.sqrt((4 + 1 + 9) / 6.0));
        // The second output's labels are all the same: there is nothing to explain.
        assertFigure(totals, metrics[2], 1 - 5 / 14.0, 0.0);
    }

    /** The outputs of an autoencoder, say: a sigmoid of each pixel. */
    @Test
    void severalProbabilitiesMayBeQuantities() {
        Metric[] metrics = {new RmseMetric(), new R2Metric(), new RecallMetric()};
        EvaluationTotals totals = totals(new MeanSquaredErrorLoss(), 2, Activation.SIGMOID, metrics);
        totals.add(new float[] {1, 0.25f, 0, 0.75f}, new float[] {0.5f, 0.25f, 0, 0.5f}, 2);
        assertFigure(totals, metrics[0], Math.sqrt((0.25 + 0.0625) / 4), Math.sqrt((0.25 + 0.0625) / 2));
        assertFigure(totals, metrics[1], (0.5 + 0.5) / 2, 0.0);
        assertFigure(totals, metrics[2], 0.0, 0.0);
        assertThat(totals.result().baselineLoss()).isCloseTo((0.25 + 0.0625) / 2, within(1e-12));
    }

    @Test
    void whatIsNotDefinedIsNull() {
        EvaluationTotals totals = totals(CLASSES, 3, Activation.SOFTMAX, new RocAucMetric(), new PrAucMetric());
        totals.add(new float[] {1}, new float[] {0.2f, 0.7f, 0.1f}, 1);
        for (Metric metric : List.of(new RocAucMetric(), new PrAucMetric())) {
            assertThat(figure(totals, metric)).isEqualTo(new MetricFigure(metric, null, null));
        }
        EvaluationTotals same = totals(new MeanSquaredErrorLoss(), 1, Activation.LINEAR, new R2Metric());
        same.add(new float[] {2, 2}, new float[] {1, 3}, 2);
        assertThat(figure(same, new R2Metric())).isEqualTo(new MetricFigure(new R2Metric(), null, null));
        EvaluationTotals infinite = totals(new MeanSquaredErrorLoss(), 1, Activation.LINEAR, new RmseMetric());
        infinite.add(new float[] {2, 1}, new float[] {Float.NaN, 3}, 2);
        assertThat(figure(infinite, new RmseMetric()).value()).isNull();
    }

    /** The probability that a sample of the class is above another, every pair counted. */
    private static double rocByPairs(float[] scores, boolean[] positive) {
        double wins = 0;
        double pairs = 0;
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores.length; j++) {
                if (positive[i] && !positive[j]) {
                    pairs++;
                    wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }
        return wins / pairs;
    }

    /** Precision at the threshold of each positive sample: summing over them is summing rises of the recall. */
    private static double averagePrecisionByThresholds(float[] scores, boolean[] positive) {
        double sum = 0;
        double positives = 0;
        for (int i = 0; i < scores.length; i++) {
            if (positive[i]) {
                double above = 0;
                double hits = 0;
                for (int j = 0; j < scores.length; j++) {
                    above += scores[j] >= scores[i] ? 1 : 0;
                    hits += scores[j] >= scores[i] && positive[j] ? 1 : 0;
                }
                sum += hits / above;
                positives++;
            }
        }
        return sum / positives;
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 40, 1_000_000})
    void areasAreThoseOfTheDefinitionWithTiesAndInPieces(int distinct) {
        Random random = new Random(20261121 + distinct);
        int samples = 1500;
        int classes = 3;
        float[] labels = new float[samples];
        float[] outputs = new float[samples * classes];
        for (int i = 0; i < samples; i++) {
            labels[i] = random.nextInt(classes);
            for (int j = 0; j < classes; j++) {
                int steps = random.nextInt(distinct) - distinct / 2 + (labels[i] == j ? distinct / 5 : 0);
                outputs[i * classes + j] = steps / (float) distinct;
            }
        }
        Metric[] metrics = {new RocAucMetric(), new PrAucMetric()};
        double roc = 0;
        double precision = 0;
        for (int each = 0; each < classes; each++) {
            float[] scores = new float[samples];
            boolean[] positive = new boolean[samples];
            for (int i = 0; i < samples; i++) {
                scores[i] = outputs[i * classes + each];
                positive[i] = labels[i] == each;
            }
            roc += rocByPairs(scores, positive) / classes;
            precision += averagePrecisionByThresholds(scores, positive) / classes;
        }
        EvaluationTotals whole = totals(CLASSES, classes, Activation.SOFTMAX, metrics);
        whole.add(labels, outputs, samples);
        assertThat(figure(whole, metrics[0]).value()).isCloseTo(roc, within(1e-12));
        assertThat(figure(whole, metrics[1]).value()).isCloseTo(precision, within(1e-12));
        EvaluationTotals parts = totals(CLASSES, classes, Activation.SOFTMAX, metrics);
        for (int from : new int[] {0, 700, 701}) {
            int to = from == 0 ? 700 : from == 700 ? 701 : samples;
            EvaluationTotals part = totals(CLASSES, classes, Activation.SOFTMAX, metrics);
            part.add(
                    Arrays.copyOfRange(labels, from, to),
                    Arrays.copyOfRange(outputs, from * classes, to * classes),
                    to - from);
            parts.add(EvaluationPart.read(EvaluationPart.of(part).toBytes()));
        }
        assertThat(figure(parts, metrics[0])).isEqualTo(figure(whole, metrics[0]));
        assertThat(figure(parts, metrics[1])).isEqualTo(figure(whole, metrics[1]));
    }

    @Test
    void bothZerosAreTheSameScore() {
        EvaluationTotals totals =
                totals(new BinaryCrossentropyLoss(true), 1, Activation.LINEAR, new RocAucMetric(), new PrAucMetric());
        totals.add(new float[] {1, 0}, new float[] {-0f, 0f}, 2);
        assertFigure(totals, new RocAucMetric(), 0.5, 0.5);
        assertFigure(totals, new PrAucMetric(), 0.5, 0.5);
    }

    @ParameterizedTest
    @CsvSource({
        "accuracy, CLASSES, true",
        "accuracy, QUANTITIES, false",
        "r2, QUANTITIES, true",
        "r2, CLASSES, false",
        "rmse, ONE_SCORE, false",
        "rmse, SEVERAL_SCORES, true",
        "roc_auc, QUANTITIES, false",
        "roc_auc, SEVERAL_SCORES, true",
        "top_5_accuracy, ONE_SCORE, false",
        "top_5_accuracy, CLASSES, true",
        "balanced_accuracy, SEVERAL_SCORES, false"
    })
    void aMetricFitsSomeNetworks(String key, PredictionKind kind, boolean fits) {
        Metric metric = List.<Metric>of(
                        new AccuracyMetric(),
                        new R2Metric(),
                        new RmseMetric(),
                        new RocAucMetric(),
                        new TopKMetric(5),
                        new BalancedAccuracyMetric())
                .stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow();
        assertThat(metric.objection(kind, LossSpec.LabelKind.VECTOR, 6) == null).isEqualTo(fits);
    }
}
