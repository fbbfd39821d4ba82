package dev.lockstep.spark.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code predict}.
 *
 * @param run run directory, a local path or Hadoop URI
 * @param output folder the predictions are written to, a local path or Hadoop URI
 * @param master Spark master, or null for the run's
 * @param workers number of workers, or null for the run's
 * @param overrides {@code key=value} on the run's job file, such as another {@code data.directory}
 * @param debug show stack traces
 * @param input what to predict for, or null for the job's test data
 */
public record PredictRequest(
        String run,
        String output,
        @Nullable String master,
        @Nullable Integer workers,
        List<String> overrides,
        boolean debug,
        @Nullable InputRequest input) {
    public PredictRequest {
        overrides = List.copyOf(overrides);
    }

    /** For the job's test data. */
    public PredictRequest(
            String run,
            String output,
            @Nullable String master,
            @Nullable Integer workers,
            List<String> overrides,
            boolean debug) {
        this(run, output, master, workers, overrides, debug, null);
    }
}
