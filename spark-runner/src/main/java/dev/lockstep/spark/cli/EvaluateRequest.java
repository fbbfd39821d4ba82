package dev.lockstep.spark.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code evaluate}.
 *
 * @param run run directory, a local path or Hadoop URI
 * @param master Spark master, or null for the run's
 * @param workers number of workers, or null for the run's
 * @param overrides {@code key=value} on the run's job file, such as another {@code data.directory}
 * @param debug show stack traces
 */
public record EvaluateRequest(
        String run, @Nullable String master, @Nullable Integer workers, List<String> overrides, boolean debug) {
    public EvaluateRequest {
        overrides = List.copyOf(overrides);
    }
}
