package dev.lockstep.spark.pipeline;

import dev.lockstep.core.monitor.MonitorMode;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * What one figure of a model must be for the model to be published.
 *
 * @param figure of the evaluation
 * @param atLeast its smallest value; null for any
 * @param atMost its largest value; null for any
 * @param noWorseBy how much worse than the current model's it may be; null for any
 * @param mode which values are better
 */
public record GateRuleSpec(
        @Setting("A figure of the evaluation: `loss`, a metric of the job, `samples`, or one inside a group, such as"
                        + " `macro.f1`.")
                String figure,
        @Setting(value = "What it must be at least; by default no matter.", optional = true) @Nullable Double atLeast,
        @Setting(value = "What it must be at most; by default no matter.", optional = true) @Nullable Double atMost,
        @Setting(
                        value =
                                "By how much it may be worse than that of the current model on the same samples; 0 for not"
                                        + " at all. A first model is compared with none.",
                        optional = true)
                @Nullable
                Double noWorseBy,
        @Setting(value = "Which values are better, for `no_worse_by`.", byDefault = "auto") MonitorMode mode) {
    public GateRuleSpec {
        new Checks()
                .that(
                        "figure",
                        figure.matches("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*"),
                        "a figure such as accuracy, loss or macro.f1",
                        figure)
                .that(
                        "at_least",
                        atLeast != null || atMost != null || noWorseBy != null,
                        "at_least, at_most or no_worse_by",
                        "none of them")
                .that(
                        "at_most",
                        atLeast == null || atMost == null || atLeast <= atMost,
                        "a number not below at_least",
                        String.valueOf(atMost))
                .that(
                        "no_worse_by",
                        noWorseBy == null || noWorseBy >= 0,
                        "a number not below 0",
                        String.valueOf(noWorseBy))
                .done();
    }
}
