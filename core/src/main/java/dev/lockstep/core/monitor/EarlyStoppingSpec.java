package dev.lockstep.core.monitor;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;

/**
 * When a run has learnt enough, as Keras's EarlyStopping.
 *
 * @param monitor the figure that is watched
 * @param minDelta what counts as an improvement
 * @param patience epochs without one before the run stops
 * @param mode which values are better
 * @param restoreBest whether the run's model is the best one instead of the last
 * @param startFromEpoch epochs at the beginning that are not looked at
 */
public record EarlyStoppingSpec(
        @Setting(
                        value =
                                "The figure that is looked at after every epoch: loss, val_loss, or one of training.metrics as"
                                        + " metrics.jsonl names it, such as val_accuracy.",
                        byDefault = "val_loss")
                String monitor,
        @Setting(value = "By how much the figure has to be better than its best to be an improvement.", byDefault = "0")
                double minDelta,
        @Setting(
                        value =
                                "The run stops after the first epoch that is at least the patience-th in a row without an"
                                        + " improvement; 0 does as 1.",
                        byDefault = "0")
                int patience,
        @Setting(value = "Which values of the figure are better.", byDefault = "auto") MonitorMode mode,
        @Setting(
                        value =
                                "Whether the model of the best epoch is the run's, for the test and in model/, instead of the"
                                        + " last one's; also where the run was not stopped early (Keras's restore_best_weights).",
                        byDefault = "false")
                boolean restoreBest,
        @Setting(value = "So many epochs at the beginning are not looked at.", byDefault = "0") int startFromEpoch) {
    public EarlyStoppingSpec {
        new Checks()
                .notNegative("min_delta", minDelta)
                .that("patience", patience >= 0, "a whole number not below 0", patience)
                .that("start_from_epoch", startFromEpoch >= 0, "a whole number not below 0", startFromEpoch)
                .done();
    }
}
