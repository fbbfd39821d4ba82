package dev.lockstep.core.monitor;

import dev.lockstep.core.schema.Setting;

/**
 * Which epoch's model is the best of a run.
 *
 * @param monitor the figure that is watched
 * @param mode which values are better
 */
public record BestModelSpec(
        @Setting(
                        value =
                                "The figure that is looked at after every epoch: loss, val_loss, or one of training.metrics as"
                                        + " metrics.jsonl names it, such as val_accuracy.",
                        byDefault = "val_loss")
                String monitor,
        @Setting(value = "Which values of the figure are better.", byDefault = "auto") MonitorMode mode) {}
