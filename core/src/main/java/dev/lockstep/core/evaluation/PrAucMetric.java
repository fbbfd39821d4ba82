package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.schema.Named;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(
        value = "pr_auc",
        doc =
                "Area under the precision-recall curve as the average precision, the sum over the distinct scores, from the highest, of (rise of recall) * precision, as scikit-learn's average_precision_score; exact. With several outputs the mean over those with both kinds of samples, each class against the rest. Guessing: the share of samples of the class.")
public record PrAucMetric() implements Metric {
    @Override
    public @Nullable String objection(PredictionKind kind, LabelKind labels, int outputs) {
        return objectionToQuantities(kind);
    }

    @Override
    public @Nullable Double of(EvaluationTotals totals) {
        return totals.tables().meanOfScores(ValueTable::averagePrecision);
    }

    @Override
    public @Nullable Double ofGuessing(EvaluationTotals totals) {
        return totals.tables()
                .meanOfScores(table -> table.averagePrecision() == null ? null : Double.valueOf(table.markedShare()));
    }

    @Override
    public boolean needsScores() {
        return true;
    }
}
