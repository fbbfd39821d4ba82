package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.schema.Named;
import org.jspecify.annotations.Nullable;

/** See {@link Named}. */
@Named(
        value = "rmse",
        doc = "Root of the mean squared error over all outputs; Keras's RootMeanSquaredError. Guessing: the mean of the"
                + " labels for each output, which gives their standard deviation.")
public record RmseMetric() implements Metric {
    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public @Nullable String objection(PredictionKind kind, LabelKind labels, int outputs) {
        return objectionToClasses(kind);
    }

    @Override
    public @Nullable Double of(EvaluationTotals totals) {
        ErrorSums errors = totals.errors();
        return errors == null ? null : Double.valueOf(Math.sqrt(errors.meanSquare(totals.samples())));
    }

    @Override
    public @Nullable Double ofGuessing(EvaluationTotals totals) {
        ErrorSums errors = totals.errors();
        return errors == null ? null : Double.valueOf(Math.sqrt(errors.meanVariance(totals.samples())));
    }
}
