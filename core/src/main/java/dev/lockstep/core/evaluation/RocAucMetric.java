package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.schema.Named;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(
        value = "roc_auc",
        doc =
                "Area under the ROC curve: the probability that a sample of the class has a higher score than one that is not of it, ties counted half; exact. With several outputs the mean over those with both kinds of samples, each class against the rest. Guessing: 0.5.")
public record RocAucMetric() implements Metric {
    @Override
    public @Nullable String objection(PredictionKind kind, LabelKind labels, int outputs) {
        return objectionToQuantities(kind);
    }

    @Override
    public @Nullable Double of(EvaluationTotals totals) {
        return totals.tables().meanOfScores(ValueTable::rocArea);
    }

    @Override
    public @Nullable Double ofGuessing(EvaluationTotals totals) {
        return totals.tables().meanOfScores(table -> table.rocArea() == null ? null : Double.valueOf(0.5));
    }

    @Override
    public boolean needsScores() {
        return true;
    }
}
