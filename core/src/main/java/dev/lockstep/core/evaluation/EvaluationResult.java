package dev.lockstep.core.evaluation;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation found, with what it costs to know nothing beside it.
 *
 * @param samples how many samples were seen
 * @param loss mean over the samples, without penalties; null without samples
 * @param metrics every metric that is defined for the network; empty without samples
 * @param baselineLoss the loss of the best constant prediction: the entropy of the label frequencies for a
 *     crossentropy, the mean square distance from the mean label for mse; null where it is not defined
 * @param baseline the same for metrics: the share of the most frequent class for the accuracy. The mean absolute error
 *     has none, because sums of labels and squares do not determine it
 * @param confusionMatrix rows are true classes, columns predicted ones; null for what has no classes
 */
public record EvaluationResult(
        long samples,
        @Nullable Double loss,
        Map<Metric, Double> metrics,
        @Nullable Double baselineLoss,
        Map<Metric, Double> baseline,
        @Nullable List<List<Long>> confusionMatrix) {
    public EvaluationResult {
        metrics = copy(metrics);
        baseline = copy(baseline);
        confusionMatrix = confusionMatrix == null
                ? null
                : confusionMatrix.stream().map(List::copyOf).toList();
    }

    private static Map<Metric, Double> copy(Map<Metric, Double> values) {
        Map<Metric, Double> copy = new EnumMap<>(Metric.class);
        copy.putAll(values);
        return Collections.unmodifiableMap(copy);
    }
}
