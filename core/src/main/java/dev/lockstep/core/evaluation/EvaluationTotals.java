package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.CrossentropyLoss;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts and sums over predictions, in one flat array that ranks can add up with an all-reduce; predictions never
 * leave their worker. One pass, no allocation, a few microseconds for a training batch.
 *
 * <p>What is a class follows Keras: where outputs are scores of classes ({@link LossSpec#outputKind}) the largest
 * output; where one output tells two classes apart whether it is above {@link LossSpec#threshold}, 0.5 for a
 * probability; with several such outputs the accuracy compares the largest with the largest label and there is no
 * confusion matrix; all else is regression.
 */
public final class EvaluationTotals {
    private static final int LOSS_SUM = 0;
    private static final int SAMPLES = 1;
    private static final int CORRECT = 2;
    private static final int ABSOLUTE_ERROR_SUM = 3;
    private static final int HEADER = 4;

    /** How predictions turn into classes. */
    private enum Task {
        CLASSES,
        ONE_SCORE,
        SEVERAL_SCORES,
        REGRESSION
    }

    private final LossSpec loss;
    private final int outputCount;
    private final Task task;
    private final int classes;
    private final double[] values;

    private EvaluationTotals(LossSpec loss, int outputCount, Task task) {
        this.loss = loss;
        this.outputCount = outputCount;
        this.task = task;
        this.classes = switch (task) {
            case CLASSES -> outputCount;
            case ONE_SCORE -> 2;
            case SEVERAL_SCORES, REGRESSION -> 0;
        };
        int labelSums = task == Task.REGRESSION ? 2 * outputCount : 0;
        this.values = new double[Math.addExact(HEADER + labelSums, Math.multiplyExact(classes, classes))];
    }

    /** Empty totals for a network's outputs. */
    public static EvaluationTotals forNetwork(NetworkPlan plan) {
        int outputs = plan.outputShape().size();
        return new EvaluationTotals(plan.loss(), outputs, taskOf(plan, outputs));
    }

    private static Task taskOf(NetworkPlan plan, int outputs) {
        return switch (plan.loss().outputKind(plan.lastActivation())) {
            case CLASS_SCORES -> Task.CLASSES;
            case BINARY_SCORES -> outputs == 1 ? Task.ONE_SCORE : Task.SEVERAL_SCORES;
            case QUANTITIES -> Task.REGRESSION;
        };
    }

    /** The counts and sums, live: what {@code ProcessGroup.allReduceSum} is given. */
    public double[] values() {
        return values;
    }

    /** How many samples were predicted right. */
    public double correct() {
        return values[CORRECT];
    }

    /** Sum over samples and outputs of the absolute error; 0 where labels are class indices. */
    public double absoluteErrorSum() {
        return values[ABSOLUTE_ERROR_SUM];
    }

    /** Starts again from nothing. */
    public void clear() {
        Arrays.fill(values, 0);
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
        if (labelWidth == outputCount && loss.labelKind() == LabelKind.VECTOR) {
            addAbsoluteErrors(labels, outputs, size);
        }
        switch (task) {
            case CLASSES -> addClasses(labels, outputs, size);
            case ONE_SCORE -> addBinary(labels, outputs, size);
            case SEVERAL_SCORES -> addSeveral(labels, outputs, size);
            case REGRESSION -> addLabels(labels, size);
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
            int actual = isIndex ? (int) labels[row] : largest(labels, row * outputCount);
            count(actual, largest(outputs, row * outputCount));
        }
    }

    private void addBinary(float[] labels, float[] outputs, int size) {
        for (int row = 0; row < size; row++) {
            count(labels[row] > 0.5f ? 1 : 0, outputs[row] > loss.threshold() ? 1 : 0);
        }
    }

    private void addSeveral(float[] labels, float[] outputs, int size) {
        for (int row = 0; row < size; row++) {
            if (largest(labels, row * outputCount) == largest(outputs, row * outputCount)) {
                values[CORRECT]++;
            }
        }
    }

    private void addLabels(float[] labels, int size) {
        for (int row = 0; row < size; row++) {
            for (int j = 0; j < outputCount; j++) {
                double label = labels[row * outputCount + j];
                values[HEADER + j] += label;
                values[HEADER + outputCount + j] += label * label;
            }
        }
    }

    private void count(int actual, int predicted) {
        values[HEADER + actual * classes + predicted]++;
        if (actual == predicted) {
            values[CORRECT]++;
        }
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
        double samples = values[SAMPLES];
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        Map<Metric, Double> baseline = new EnumMap<>(Metric.class);
        if (samples == 0) {
            return new EvaluationResult(0, null, metrics, null, baseline, confusionMatrix());
        }
        if (task != Task.REGRESSION) {
            metrics.put(Metric.ACCURACY, values[CORRECT] / samples);
        }
        if (loss.labelKind() == LabelKind.VECTOR) {
            metrics.put(Metric.MAE, values[ABSOLUTE_ERROR_SUM] / (samples * outputCount));
        }
        if (classes > 0) {
            baseline.put(Metric.ACCURACY, Arrays.stream(classShares()).max().orElseThrow());
        }
        return new EvaluationResult(
                (long) samples, values[LOSS_SUM] / samples, metrics, baselineLoss(), baseline, confusionMatrix());
    }

    private @Nullable Double baselineLoss() {
        if (task == Task.REGRESSION) {
            return loss instanceof MeanSquaredErrorLoss ? labelVariance() : null;
        }
        // Entropy is the least crossentropy of a constant prediction; a softmax may also be trained with mse.
        if (classes == 0 || !(loss instanceof CrossentropyLoss)) {
            return null;
        }
        double entropy = 0;
        for (double share : classShares()) {
            entropy -= share > 0 ? share * Math.log(share) : 0;
        }
        return entropy;
    }

    /** Mean over the outputs of the mean square distance from the mean label. */
    private double labelVariance() {
        double samples = values[SAMPLES];
        double sum = 0;
        for (int j = 0; j < outputCount; j++) {
            double mean = values[HEADER + j] / samples;
            sum += Math.max(0, values[HEADER + outputCount + j] / samples - mean * mean);
        }
        return sum / outputCount;
    }

    /** The share of each true class. */
    private double[] classShares() {
        double[] shares = new double[classes];
        for (int i = 0; i < classes * classes; i++) {
            shares[i / classes] += values[HEADER + i];
        }
        for (int actual = 0; actual < classes; actual++) {
            shares[actual] /= values[SAMPLES];
        }
        return shares;
    }

    private @Nullable List<List<Long>> confusionMatrix() {
        if (classes == 0) {
            return null;
        }
        List<List<Long>> rows = new ArrayList<>();
        for (int actual = 0; actual < classes; actual++) {
            List<Long> row = new ArrayList<>();
            for (int predicted = 0; predicted < classes; predicted++) {
                row.add((long) values[HEADER + actual * classes + predicted]);
            }
            rows.add(row);
        }
        return rows;
    }
}
