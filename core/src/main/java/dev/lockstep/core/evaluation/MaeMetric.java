package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.schema.Named;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(value = "mae", doc = "Mean absolute error over all outputs. Guessing: the mean of the labels, for each output.")
public record MaeMetric() implements Metric {
    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public @Nullable String objection(PredictionKind kind, LabelKind labels, int outputs) {
        return labels == LabelKind.VECTOR
                ? null
                : "needs labels of as many values as the network has outputs, and this loss takes class indices; use"
                        + " accuracy";
    }

    @Override
    public @Nullable Double of(EvaluationTotals totals) {
        return totals.labelKind() == LabelKind.VECTOR
                ? Double.valueOf(totals.absoluteErrorSum() / (totals.samples() * totals.outputCount()))
                : null;
    }

    @Override
    public @Nullable Double ofGuessing(EvaluationTotals totals) {
        return totals.tables().meanDistanceOfLabels(totals.samples());
    }

    @Override
    public @Nullable Double running(double samples, double correct, double absoluteErrorSum) {
        return absoluteErrorSum / samples;
    }
}
