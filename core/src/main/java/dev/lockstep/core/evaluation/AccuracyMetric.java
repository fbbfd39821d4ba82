package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.schema.Named;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(
        value = "accuracy",
        doc = "Share of samples whose predicted class is the true one. Guessing: always the most frequent class.")
public record AccuracyMetric() implements Metric {
    @Override
    public @Nullable String objection(PredictionKind kind, LabelKind labels, int outputs) {
        return objectionToQuantities(kind);
    }

    @Override
    public @Nullable Double of(EvaluationTotals totals) {
        return totals.kind() == PredictionKind.QUANTITIES ? null : Double.valueOf(totals.correct() / totals.samples());
    }

    @Override
    public @Nullable Double ofGuessing(EvaluationTotals totals) {
        return totals.classFigures().shareOfMostFrequent(1);
    }

    @Override
    public @Nullable Double running(double samples, double correct, double absoluteErrorSum) {
        return correct / samples;
    }
}
