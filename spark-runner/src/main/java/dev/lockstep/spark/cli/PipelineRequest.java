package dev.lockstep.spark.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code pipeline}.
 *
 * @param file pipeline file, a local path or Hadoop URI
 * @param date the only day to work on, ISO; null for what the schedule says
 * @param again whether that day begins anew although it may be finished
 * @param master Spark master, or null for the job file's or spark-submit's
 * @param overrides {@code key=value} of the pipeline file, in the order given
 * @param debug show stack traces and the resolved job
 */
public record PipelineRequest(
        String file,
        @Nullable String date,
        boolean again,
        @Nullable String master,
        List<String> overrides,
        boolean debug) {
    public PipelineRequest {
        overrides = List.copyOf(overrides);
    }
}
