package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param k how many of the largest outputs count
 */
@Named(
        value = "top_k",
        doc =
                "Share of samples with fewer than k outputs above that of their true class, under the name top_K_accuracy,"
                        + " such as top_5_accuracy; Keras's TopKCategoricalAccuracy. Guessing: the k most frequent classes.")
public record TopKMetric(
        @Setting(value = "How many of the largest outputs count; fewer than there are classes.", byDefault = "5") int k)
        implements Metric {
    public TopKMetric {
        new Checks().positive("k", k).done();
    }

    @Override
    public String key() {
        return "top_" + k + "_accuracy";
    }

    @Override
    public @Nullable String objection(PredictionKind kind, LabelKind labels, int outputs) {
        if (kind != PredictionKind.CLASSES) {
            return "is for a network with an output for each class; use accuracy, or mae for quantities";
        }
        return k < outputs ? null : "with k: " + k + " is always 1 for " + outputs + " classes; choose a smaller k";
    }

    @Override
    public @Nullable Double of(EvaluationTotals totals) {
        return totals.topShare(k);
    }

    @Override
    public @Nullable Double ofGuessing(EvaluationTotals totals) {
        return totals.classFigures().shareOfMostFrequent(k);
    }
}
