package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.CrossentropyLoss;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts and sums over predictions, in one flat array that ranks can add up with an all-reduce; predictions never leave
 * their worker. For the figures of a training step it takes one pass, no allocation and a few microseconds.
 *
 * <p>Where the job asks for an area under a curve, the scores of each class are counted, too: exact areas depend on how
 * many samples of either kind have each distinct score, and on nothing less. These tables grow with the samples, so they
 * are no part of the array; {@link ScoreTables} adds them up.
 */
public final class EvaluationTotals {
    private static final int LOSS_SUM = 0;
    private static final int SAMPLES = 1;
    private static final int CORRECT = 2;
    private static final int ABSOLUTE_ERROR_SUM = 3;
    private static final int HEADER = 4;

    private static final List<Metric> REPORTED_UNASKED = List.of(new AccuracyMetric(), new MaeMetric());

    private final LossSpec loss;
    private final int outputCount;
    private final PredictionKind kind;
    private final List<Metric> metrics;
    private final double[] values;
    private final @Nullable ConfusionCounts confusion;
    private final @Nullable OutputCounts perOutput;
    private final @Nullable ErrorSums errors;
    private final int[] ranksOfInterest;
    private final int topOffset;
    private final ScoreTables tables;

    private EvaluationTotals(NetworkPlan plan, List<Metric> asked, EvaluationScope scope) {
        loss = plan.loss();
        outputCount = plan.outputShape().size();
        kind = PredictionKind.of(loss, plan.lastActivation(), outputCount);
        metrics = reported(asked, scope);
        ranksOfInterest = kind == PredictionKind.CLASSES ? ranksOfInterest(metrics) : new int[0];
        int classes = kind == PredictionKind.CLASSES ? outputCount : kind == PredictionKind.ONE_SCORE ? 2 : 0;
        boolean whole = scope != EvaluationScope.STEP;
        int errorsOffset = Math.addExact(HEADER, ConfusionCounts.length(classes));
        boolean hasErrors = whole && loss.labelKind() == LabelKind.VECTOR;
        int outputsOffset = errorsOffset + (hasErrors ? Math.multiplyExact(ErrorSums.LENGTH, outputCount) : 0);
        boolean several = whole && kind == PredictionKind.SEVERAL_SCORES;
        topOffset = outputsOffset + (several ? Math.multiplyExact(OutputCounts.LENGTH, outputCount) : 0);
        values = new double[topOffset + ranksOfInterest.length];
        confusion = classes > 0 ? new ConfusionCounts(values, HEADER, classes) : null;
        errors = hasErrors ? new ErrorSums(values, errorsOffset, outputCount) : null;
        perOutput = several ? new OutputCounts(values, outputsOffset, outputCount) : null;
        boolean scores = metrics.stream().anyMatch(Metric::needsScores) && kind != PredictionKind.QUANTITIES;
        boolean labels = scope == EvaluationScope.TEST && loss.labelKind() == LabelKind.VECTOR;
        tables = new ScoreTables(scores ? outputCount : 0, labels ? outputCount : 0);
    }

    /** Empty totals for the running figures of a network's training. */
    public static EvaluationTotals forNetwork(NetworkPlan plan) {
        return of(plan, List.of(), EvaluationScope.STEP);
    }

    /**
     * Empty totals for a network's outputs.
     *
     * @param metrics that the job asks for; one that does not exist for the network is null in the result
     */
    public static EvaluationTotals of(NetworkPlan plan, List<Metric> metrics, EvaluationScope scope) {
        return new EvaluationTotals(plan, metrics, scope);
    }

    private List<Metric> reported(List<Metric> asked, EvaluationScope scope) {
        Set<Metric> all = new LinkedHashSet<>();
        if (scope == EvaluationScope.TEST) {
            REPORTED_UNASKED.stream()
                    .filter(metric -> metric.objection(kind, loss.labelKind(), outputCount) == null)
                    .forEach(all::add);
        }
        all.addAll(asked);
        return List.copyOf(all);
    }

    private static int[] ranksOfInterest(List<Metric> metrics) {
        return metrics.stream()
                .filter(TopKMetric.class::isInstance)
                .mapToInt(metric -> ((TopKMetric) metric).k())
                .distinct()
                .toArray();
    }

    /** The counts and sums, live: what {@code ProcessGroup.allReduceSum} is given. */
    public double[] values() {
        return values;
    }

    /** What grows with the samples; empty unless something asked for is counted there. */
    public ScoreTables tables() {
        return tables;
    }

    /** Adds what another part of the samples gave, for the same network and metrics. */
    public void add(EvaluationPart part) {
        for (int i = 0; i < values.length; i++) {
            values[i] += part.values()[i];
        }
        for (int i = 0; i < tables.count(); i++) {
            tables.add(i, part.tables().get(i));
        }
    }

    /** How many samples were seen. */
    public double samples() {
        return values[SAMPLES];
    }

    /** How many samples were predicted right. */
    public double correct() {
        return values[CORRECT];
    }

    /** Sum over samples and outputs of the absolute error; 0 where labels are class indices. */
    public double absoluteErrorSum() {
        return values[ABSOLUTE_ERROR_SUM];
    }

    PredictionKind kind() {
        return kind;
    }

    LabelKind labelKind() {
        return loss.labelKind();
    }

    int outputCount() {
        return outputCount;
    }

    @Nullable
    ErrorSums errors() {
        return errors;
    }

    /** Starts again from nothing. */
    public void clear() {
        Arrays.fill(values, 0);
        tables.clear();
    }

    /**
     * Adds a batch.
     *
     * @param labels [size, label width], row by row, as in {@code MiniBatch.labels()}
     * @param outputs [size, outputs], row by row, as in {@code ModelReplica.outputs()}
     */
    public void add(float[] labels, float[] outputs, int size) {
        int labelWidth = loss.labelKind() == LabelKind.CLASS_INDEX ? 1 : outputCount;
        double lossSum = 0;
        for (int row = 0; row < size; row++) {
            lossSum += loss.of(labels, row * labelWidth, outputs, row * outputCount, outputCount);
        }
        values[LOSS_SUM] += lossSum;
        values[SAMPLES] += size;
        if (loss.labelKind() == LabelKind.VECTOR) {
            addAbsoluteErrors(labels, outputs, size);
            tables.addLabels(labels, size);
            if (errors != null) {
                errors.add(labels, outputs, size);
            }
        }
        switch (kind) {
            case CLASSES -> addClasses(labels, outputs, size);
            case ONE_SCORE -> addBinary(labels, outputs, size);
            case SEVERAL_SCORES -> addSeveral(labels, outputs, size);
            case QUANTITIES -> {} // Errors say all.
        }
    }

    private void addAbsoluteErrors(float[] labels, float[] outputs, int size) {
        double sum = 0;
        for (int i = 0; i < size * outputCount; i++) {
            sum += Math.abs((double) outputs[i] - labels[i]);
        }
        values[ABSOLUTE_ERROR_SUM] += sum;
    }

    private void addClasses(float[] labels, float[] outputs, int size) {
        boolean isIndex = loss.labelKind() == LabelKind.CLASS_INDEX;
        for (int row = 0; row < size; row++) {
            int offset = row * outputCount;
            int actual = isIndex ? (int) labels[row] : largest(labels, offset);
            count(actual, largest(outputs, offset));
            countTop(actual, outputs, offset);
            tables.addScores(outputs, offset, actual);
        }
    }

    /** Fewer above it than k, so that ties are on the sample's side, as in Keras. */
    private void countTop(int actual, float[] outputs, int offset) {
        if (ranksOfInterest.length == 0) {
            return;
        }
        int above = 0;
        for (int j = 0; j < outputCount; j++) {
            above += outputs[offset + j] > outputs[offset + actual] ? 1 : 0;
        }
        for (int i = 0; i < ranksOfInterest.length; i++) {
            values[topOffset + i] += above < ranksOfInterest[i] ? 1 : 0;
        }
    }

    private void addBinary(float[] labels, float[] outputs, int size) {
        for (int row = 0; row < size; row++) {
            boolean actual = labels[row] > 0.5f;
            count(actual ? 1 : 0, outputs[row] > loss.threshold() ? 1 : 0);
            tables.addScore(0, outputs[row], actual);
        }
    }

    private void addSeveral(float[] labels, float[] outputs, int size) {
        for (int row = 0; row < size; row++) {
            int offset = row * outputCount;
            values[CORRECT] += largest(labels, offset) == largest(outputs, offset) ? 1 : 0;
            for (int j = 0; j < outputCount && perOutput != null; j++) {
                boolean actual = labels[offset + j] > 0.5f;
                perOutput.count(j, actual, outputs[offset + j] > loss.threshold());
                tables.addScore(j, outputs[offset + j], actual);
            }
        }
    }

    private void count(int actual, int predicted) {
        if (confusion != null) {
            confusion.count(actual, predicted);
        }
        values[CORRECT] += actual == predicted ? 1 : 0;
    }

    /** The index of the largest value, the first of equals. */
    private int largest(float[] from, int offset) {
        int best = 0;
        for (int j = 1; j < outputCount; j++) {
            if (from[offset + j] > from[offset + best]) {
                best = j;
            }
        }
        return best;
    }

    /** What the totals say. */
    public EvaluationResult result() {
        List<MetricFigure> figures =
                metrics.stream().map(metric -> MetricFigure.of(metric, this)).toList();
        boolean empty = samples() == 0;
        return new EvaluationResult(
                (long) samples(),
                empty ? null : MetricFigure.finite(values[LOSS_SUM] / samples()),
                figures,
                empty ? null : baselineLoss(),
                classFigures().all(),
                confusion == null ? null : confusion.matrix());
    }

    private @Nullable Double baselineLoss() {
        if (loss instanceof MeanSquaredErrorLoss && errors != null) {
            return errors.meanVariance(samples());
        }
        // Entropy is the least crossentropy of a constant prediction; a softmax may also be trained with mse.
        return confusion != null && loss instanceof CrossentropyLoss
                ? classFigures().entropy()
                : null;
    }

    ClassFigures classFigures() {
        List<ClassCounts> all =
                confusion != null ? confusion.perClass() : perOutput != null ? perOutput.perOutput() : List.of();
        return new ClassFigures(kind, all, samples());
    }

    /** The share of samples whose class was among the k largest outputs; null where that was not counted. */
    @Nullable
    Double topShare(int k) {
        for (int i = 0; i < ranksOfInterest.length; i++) {
            if (ranksOfInterest[i] == k) {
                return values[topOffset + i] / samples();
            }
        }
        return null;
    }
}
