package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.schema.Named;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(
        value = "f1",
        doc = "2 precision recall / (precision + recall); 0 where"
                + " that is 0 / 0. Of class 1 where one output tells two classes apart, else the macro average: the mean over"
                + " the classes that occur among labels or predictions. Guessing: always the most frequent class.")
public record F1Metric() implements Metric {
    @Override
    public @Nullable String objection(PredictionKind kind, LabelKind labels, int outputs) {
        return objectionToQuantities(kind);
    }

    @Override
    public @Nullable Double of(EvaluationTotals totals) {
        return ClassCounts.macro(totals.classFigures().judged(), ClassCounts::f1);
    }

    @Override
    public @Nullable Double ofGuessing(EvaluationTotals totals) {
        return ClassCounts.macro(totals.classFigures().guessed(), ClassCounts::f1);
    }
}
