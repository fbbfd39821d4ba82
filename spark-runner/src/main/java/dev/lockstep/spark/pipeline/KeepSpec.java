package dev.lockstep.spark.pipeline;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;

/**
 * What is kept for how long.
 *
 * @param versions of the model
 * @param runs directories of trainings
 * @param logDays days of logs
 */
public record KeepSpec(
        @Setting(
                        value =
                                "Newest versions of the model that are kept. The current one and the one that a rollback"
                                        + " goes to are kept in any case.",
                        byDefault = "5")
                int versions,
        @Setting(
                        value =
                                "Newest days whose run directory (samples, checkpoints, metrics) is kept; result, report and"
                                        + " log of the others stay.",
                        byDefault = "7")
                int runs,
        @Setting(value = "Days for which the log of a day is kept after the last line in it.", byDefault = "30")
                int logDays) {
    public KeepSpec {
        new Checks()
                .that("versions", versions >= 2, "2 or more: the current one and one to roll back to", versions)
                .positive("runs", runs)
                .positive("log_days", logDays)
                .done();
    }
}
