package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.schema.OneOf;
import org.jspecify.annotations.Nullable;

/**
 * What is reported beside the loss. All that there is to a metric is in its record: its name and meaning ({@code
 * Named}), for which networks it exists, how it follows from what was counted, and what guessing would give.
 */
@OneOf({
    AccuracyMetric.class,
    BalancedAccuracyMetric.class,
    TopKMetric.class,
    PrecisionMetric.class,
    RecallMetric.class,
    F1Metric.class,
    RocAucMetric.class,
    PrAucMetric.class,
    MaeMetric.class,
    RmseMetric.class,
    R2Metric.class
})
public interface Metric {
    /** The name in events and results. */
    default String key() {
        return Alternatives.nameOf(getClass().asSubclass(Record.class));
    }

    /** Whether more is better; of an error less is. */
    default boolean higherIsBetter() {
        return true;
    }

    /**
     * Why the metric does not exist for a network, as a sentence with the remedy; null where it exists.
     *
     * @param outputs how many the network has; {@link Integer#MAX_VALUE} where that is not known yet
     */
    @Nullable
    String objection(PredictionKind kind, LabelKind labels, int outputs);

    /** The value of at least one sample; null where it is not defined for what was seen. */
    @Nullable
    Double of(EvaluationTotals totals);

    /** What guessing gives by this metric on the same samples; null where that is not defined. */
    @Nullable
    Double ofGuessing(EvaluationTotals totals);

    /** Whether the scores of single samples have to be counted: for nothing less gives an exact area. */
    default boolean needsScores() {
        return false;
    }

    /**
     * The mean over the samples of an epoch so far, from the little that every training step tells; null for a metric
     * that only validation and test have.
     */
    default @Nullable Double running(double samples, double correct, double absoluteErrorSum) {
        return null;
    }

    /** The objection of a metric that judges classes to a network that has none. */
    default @Nullable String objectionToQuantities(PredictionKind kind) {
        return kind == PredictionKind.QUANTITIES
                ? "is for classes, and this loss with this last layer predicts quantities; use mae, rmse or r2"
                : null;
    }

    /**
     * The objection of a metric that measures distances to a network that predicts classes; several outputs that each may
     * say yes or no may as well be quantities between 0 and 1, such as the pixels of an autoencoder.
     */
    default @Nullable String objectionToClasses(PredictionKind kind) {
        return kind == PredictionKind.QUANTITIES || kind == PredictionKind.SEVERAL_SCORES
                ? null
                : "is for quantities, and this loss with this last layer predicts classes; use accuracy, f1 or roc_auc";
    }
}
