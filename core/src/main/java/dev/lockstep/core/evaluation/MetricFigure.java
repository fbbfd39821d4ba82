package dev.lockstep.core.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * A metric with its value, beside what it costs to know nothing.
 *
 * @param metric which
 * @param value null where it is not defined for the samples seen
 * @param guessing what the best constant guess gives by this metric; null where that is not defined
 */
public record MetricFigure(Metric metric, @Nullable Double value, @Nullable Double guessing) {
    static MetricFigure of(Metric metric, EvaluationTotals totals) {
        if (totals.samples() == 0) {
            return new MetricFigure(metric, null, null);
        }
        return new MetricFigure(metric, finite(metric.of(totals)), finite(metric.ofGuessing(totals)));
    }

    /** What is no number does not exist. */
    static @Nullable Double finite(@Nullable Double value) {
        return value == null || !Double.isFinite(value) ? null : value;
    }
}
