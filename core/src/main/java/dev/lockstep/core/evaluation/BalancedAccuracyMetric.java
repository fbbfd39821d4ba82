package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.schema.Named;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(
        value = "balanced_accuracy",
        doc = "Mean over the classes that occur of the share of their samples that is predicted right (the recall), as"
                + " scikit-learn's balanced_accuracy_score. Guessing: 1 / these classes.")
public record BalancedAccuracyMetric() implements Metric {
    @Override
    public @Nullable String objection(PredictionKind kind, LabelKind labels, int outputs) {
        return kind == PredictionKind.SEVERAL_SCORES
                ? "is for one class a sample, and each of these outputs says yes or no by itself; use f1 or roc_auc"
                : objectionToQuantities(kind);
    }

    @Override
    public @Nullable Double of(EvaluationTotals totals) {
        return ClassCounts.mean(totals.classFigures().all(), counts -> counts.actual() > 0, ClassCounts::recall);
    }

    @Override
    public @Nullable Double ofGuessing(EvaluationTotals totals) {
        long occurring = totals.classFigures().all().stream()
                .filter(counts -> counts.actual() > 0)
                .count();
        return occurring == 0 ? null : Double.valueOf(1.0 / occurring);
    }
}
