package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.schema.Named;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(
        value = "r2",
        doc =
                "Coefficient of determination: 1 - sum of squared errors / sum of squared distances of the labels from"
                        + " their mean, the mean over the outputs whose labels are not all the same; Keras's R2Score. Guessing: 0.")
public record R2Metric() implements Metric {
    @Override
    public @Nullable String objection(PredictionKind kind, LabelKind labels, int outputs) {
        return objectionToClasses(kind);
    }

    @Override
    public @Nullable Double of(EvaluationTotals totals) {
        ErrorSums errors = totals.errors();
        return errors == null ? null : errors.determination(totals.samples());
    }

    @Override
    public @Nullable Double ofGuessing(EvaluationTotals totals) {
        return of(totals) == null ? null : Double.valueOf(0);
    }
}
