package dev.lockstep.core.checkpoint;

import dev.lockstep.core.monitor.BestModelSpec;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * Where, how often and how many checkpoints are kept.
 *
 * @param directory Hadoop URI or local path, or null for the run directory
 * @param every interval
 * @param keep how many of the latest are kept
 * @param best which epoch's model is kept beside the last; null for none
 * @param retrySeconds the loss window: how long a failed write is tried again before the run fails
 */
public record CheckpointSpec(
        @Setting(value = "Where they are written; by default checkpoints/ in the run directory.", optional = true)
                @Nullable
                String directory,
        @Setting(value = "How often: an amount of epochs, steps or seconds.", byDefault = "1 epoch")
                CheckpointInterval every,
        @Setting(
                        value = "How many of the latest are kept; at least 2, so that a damaged one has a predecessor.",
                        byDefault = "3")
                int keep,
        @Setting(
                        value = "Keeps the model of the best epoch in model-best/, beside the last one's in model/. By"
                                + " default only one model is kept.",
                        optional = true)
                @Nullable
                BestModelSpec best,
        @Setting(
                        value = "For how many seconds training goes on while checkpoints cannot be written, such as"
                                + " during an outage of HDFS; the write is tried again with growing delays of up to"
                                + " 30 s. Then the run fails with exit code 5. 0: at the first failed write.",
                        byDefault = "600")
                double retrySeconds) {
    private static final int MAXIMUM_RETRY_SECONDS = 1_000_000;

    public CheckpointSpec {
        new Checks()
                .that("keep", keep >= 2, "at least 2, so that a damaged checkpoint has a predecessor", keep)
                .that(
                        "retry_seconds",
                        retrySeconds >= 0 && retrySeconds <= MAXIMUM_RETRY_SECONDS,
                        "a number of seconds from 0 to " + MAXIMUM_RETRY_SECONDS,
                        retrySeconds)
                .done();
    }
}
