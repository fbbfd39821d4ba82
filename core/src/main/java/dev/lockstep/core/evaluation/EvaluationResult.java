package dev.lockstep.core.evaluation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation found, with what it costs to know nothing beside it.
 *
 * @param samples how many samples were seen
 * @param loss mean over the samples, without penalties; null without samples
 * @param metrics those asked for; at the end also accuracy and mae where they exist
 * @param baselineLoss the loss of the best constant prediction: the entropy of the label frequencies for a
 *     crossentropy, the mean square distance from the mean label for mse; null where it is not defined
 * @param classes the counts of every class, or of every output that says yes or no by itself; empty for what has neither
 * @param confusionMatrix rows are true classes, columns predicted ones; null for what has no classes
 */
public record EvaluationResult(
        long samples,
        @Nullable Double loss,
        List<MetricFigure> metrics,
        @Nullable Double baselineLoss,
        List<ClassCounts> classes,
        @Nullable List<List<Long>> confusionMatrix) {
    public EvaluationResult {
        metrics = List.copyOf(metrics);
        classes = List.copyOf(classes);
        confusionMatrix = confusionMatrix == null
                ? null
                : confusionMatrix.stream().map(List::copyOf).toList();
    }
}
